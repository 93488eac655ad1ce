#include "runtime/cli/trust_root.hpp"

#include <system_error>

#include "runtime/cli/receipt_files.hpp"

namespace mnrt::runtime {
namespace {

constexpr std::string_view file_name = "chain-id";
constexpr std::string_view prefix = "blake3:";
constexpr std::size_t file_bytes_max = 128;

}  // namespace

std::expected<std::optional<policies::Digest>, std::string> stored_chain_id(
    const std::filesystem::path& data) {
  const auto file = data / file_name;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  auto text = read_text(file, file_bytes_max);
  if (!text) return std::unexpected{text.error()};
  if (text->ends_with('\n')) text->pop_back();
  const auto id = policies::digest_from_hex(*text);
  if (!id) return std::unexpected{file.string() + " doesn't hold a chain id: restore it, or give --genesis"};
  return *id;
}

std::expected<void, std::string> store_chain_id(const std::filesystem::path& data,
                                                const policies::Digest& id) {
  return write_text(data / file_name, policies::to_hex(id.bytes) + "\n");
}

std::optional<policies::Digest> digest_as_typed(std::string_view text) {
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return policies::digest_from_hex(text);
}

}  // namespace mnrt::runtime
