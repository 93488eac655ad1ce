#include "runtime/cli/serving.hpp"

#include <chrono>

#include "runtime/cli/receipt_files.hpp"
#include "runtime/cli/trust_root.hpp"

namespace mnrt::runtime {
namespace {

/// A service manager that sends SIGTERM waits ten seconds; the disk needs some of them.
constexpr std::chrono::seconds drain{5};

constexpr std::string_view url_file = "api-url";
constexpr std::size_t url_bytes_max = 512;

ExitCode exit_of(NodeError::Kind kind) {
  switch (kind) {
    case NodeError::Kind::config:
      return ExitCode::config;
    case NodeError::Kind::integrity:
      return ExitCode::integrity;
    default:
      return ExitCode::failed;
  }
}

}  // namespace

Failure failure_of(const NodeError& error) {
  return {exit_of(error.kind), error.text, ""};
}

std::string local_url(const std::string& api) {
  for (const auto& [any, loopback] :
       {std::pair<std::string_view, std::string_view>{"://0.0.0.0:", "://127.0.0.1:"},
        {"://[::]:", "://[::1]:"}})
    if (const auto at = api.find(any); at != std::string::npos)
      return std::string{api}.replace(at, any.size(), loopback);
  return api;
}

std::vector<std::string> leave_word(const std::filesystem::path& data_dir, const NodeFacts& facts) {
  std::vector<std::string> warnings;
  // The trust root of `mnrt verify`, which can't open the database beside a running node.
  if (const auto stored = store_chain_id(data_dir, facts.chain_id); !stored)
    warnings.push_back(stored.error());
  if (const auto stored = write_text(data_dir / url_file, local_url(facts.addresses.api) + "\n"); !stored)
    warnings.push_back(stored.error());
  return warnings;
}

std::optional<std::string> stored_api_url(const std::filesystem::path& data_dir) {
  auto text = read_text(data_dir / url_file, url_bytes_max);
  if (!text) return std::nullopt;
  while (text->ends_with('\n')) text->pop_back();
  if (text->empty()) return std::nullopt;
  return *text;
}

ExitCode serve(NodeProcess& node, const Output& output) {
  const auto trouble = node.wait();
  if (trouble) {
    // What is under way can't become final any more.
    node.stop(std::chrono::milliseconds{0});
    return output.failed(failure_of(*trouble));
  }
  output.progress("stopping: answering what is under way");
  node.stop(drain);
  return ExitCode::ok;
}

}  // namespace mnrt::runtime
