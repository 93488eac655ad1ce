#include "runtime/cli/receipt_files.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <string_view>
#include <system_error>

#include "messages/trust_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"

namespace mnrt::runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view proof_ending = ".tlog-proof";
constexpr std::string_view trust_ending = ".trust";
constexpr std::string_view label_ending = ".label";
constexpr std::size_t label_file_bytes_max = 64 + policies::limits::label_bytes_max;

fs::path with_ending(const fs::path& receipt, std::string_view ending) {
  auto path = receipt;
  path += ending;
  return path;
}

fs::path without_ending(const fs::path& path, std::string_view ending) {
  const auto text = path.string();
  return text.substr(0, text.size() - ending.size());
}

/// True for a file that an earlier notarisation left here.
bool belongs_to_receipt(const fs::path& file) {
  const auto name = file.filename().string();
  if (name.ends_with(proof_ending)) return true;
  for (const auto ending : {trust_ending, label_ending})
    if (name.ends_with(ending) && fs::exists(with_ending(without_ending(file, ending), proof_ending)))
      return true;
  return false;
}

std::string cannot(std::string_view what, const fs::path& file, const std::string& why) {
  return "can't " + std::string{what} + " " + file.string() + ": " + why;
}

/// A document with its path as the receipt's name has it: below the folder that was named.
struct Named {
  fs::path file;
  fs::path name;
};

std::expected<std::vector<Named>, std::string> files_below(const fs::path& folder) {
  std::vector<Named> found;
  std::error_code error;
  for (fs::recursive_directory_iterator at{folder, error}, end; !error && at != end; at.increment(error))
    if (at->is_regular_file() && !at->is_symlink() && !belongs_to_receipt(at->path()))
      found.push_back({at->path(), at->path().lexically_relative(folder)});
  if (error) return std::unexpected{cannot("read", folder, error.message())};
  std::ranges::sort(found, {}, &Named::name);
  return found;
}

std::expected<std::vector<Named>, std::string> named_files(const std::vector<fs::path>& arguments) {
  std::vector<Named> files;
  for (const auto& argument : arguments) {
    std::error_code error;
    if (argument == "-") {
      files.push_back({argument, "stdin"});
    } else if (fs::is_directory(argument, error)) {
      auto below = files_below(argument);
      if (!below) return std::unexpected{below.error()};
      files.insert(files.end(), below->begin(), below->end());
    } else if (fs::exists(argument, error)) {
      files.push_back({argument, argument.filename()});
    } else {
      return std::unexpected{cannot("read", argument, error ? error.message() : "there is no such file")};
    }
  }
  if (files.empty()) return std::unexpected{std::string{"there is no file to notarise"}};
  return files;
}

struct Closer {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, Closer>;

std::expected<std::string, std::string> read_up_to(const fs::path& file, std::size_t bytes_max) {
  const File in{std::fopen(file.c_str(), "rb")};
  if (!in) return std::unexpected{cannot("read", file, std::strerror(errno))};
  std::string text;
  std::array<char, 64 * 1024> piece;
  while (text.size() < bytes_max) {
    const auto got = std::fread(piece.data(), 1, std::min(piece.size(), bytes_max - text.size()), in.get());
    if (got == 0) break;
    text.append(piece.data(), got);
  }
  if (std::ferror(in.get())) return std::unexpected{cannot("read", file, std::strerror(errno))};
  return text;
}

}  // namespace

ReceiptPaths receipt_paths(const fs::path& receipt) {
  auto stem = receipt;
  for (const auto ending : {proof_ending, trust_ending, label_ending})
    if (receipt.string().ends_with(ending)) stem = without_ending(receipt, ending);
  return {with_ending(stem, proof_ending), with_ending(stem, trust_ending), with_ending(stem, label_ending)};
}

std::expected<std::vector<Document>, std::string> documents_of(const DocumentChoice& choice) {
  const auto files = named_files(choice.files);
  if (!files) return std::unexpected{files.error()};
  std::error_code error;
  const bool one = choice.files.size() == 1 && !fs::is_directory(choice.files.front(), error) &&
                   !(choice.out && (fs::is_directory(*choice.out, error) || !choice.out->has_filename()));
  std::vector<Document> documents;
  std::set<fs::path> taken;
  for (const auto& [file, name] : *files) {
    if (!choice.out && file == "-")
      return std::unexpected{std::string{"standard input has no name for its receipt: give one with --out"}};
    auto receipt = !choice.out ? file : one ? *choice.out : *choice.out / name;
    if (!taken.insert(receipt.lexically_normal()).second)
      return std::unexpected{"two receipts would be named " + receipt.string() +
                             ": notarise them one by one"};
    documents.push_back({file, std::move(receipt)});
  }
  return documents;
}

std::expected<policies::Digest, std::string> sha256_of(const fs::path& file) {
  std::error_code error;
  if (file != "-" && fs::is_directory(file, error))
    return std::unexpected{cannot("read", file, "it is a folder")};
  const File in{file == "-" ? stdin : std::fopen(file.c_str(), "rb")};
  if (!in) return std::unexpected{cannot("read", file, std::strerror(errno))};
  policies::Sha256 hash;
  std::vector<std::uint8_t> piece(1 << 20);
  while (const auto got = std::fread(piece.data(), 1, piece.size(), in.get()))
    hash.update({piece.data(), got});
  if (std::ferror(in.get())) return std::unexpected{cannot("read", file, std::strerror(errno))};
  return hash.finish();
}

std::expected<std::string, std::string> read_text(const fs::path& file, std::size_t bytes_max) {
  auto text = read_up_to(file, bytes_max + 1);
  if (text && text->size() > bytes_max)
    return std::unexpected{cannot("read", file, "it is larger than " + std::to_string(bytes_max) + " bytes")};
  return text;
}

std::expected<void, std::string> can_write(const fs::path& file) {
  std::error_code error;
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path{"."};
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder, error))
    return std::unexpected{cannot("write", file, folder.string() + " is no folder")};
  if (fs::is_directory(file, error)) return std::unexpected{cannot("write", file, "it is a folder")};
  if (access(folder.c_str(), W_OK | X_OK) != 0)
    return std::unexpected{cannot("write", file, std::strerror(errno))};
  return {};
}

std::expected<void, std::string> write_text(const fs::path& file, const std::string& text) {
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  const auto part = with_ending(file, ".part");
  std::ofstream out{part, std::ios::binary | std::ios::trunc};
  out << text;
  out.close();
  if (!out) return std::unexpected{cannot("write", part, std::strerror(errno))};
  fs::rename(part, file, error);
  if (error) return std::unexpected{cannot("write", file, error.message())};
  return {};
}

std::expected<policies::Trust, std::string> read_trust(const std::string& text) {
  const auto frame = policies::trust_frame(text);
  if (!frame)
    return std::unexpected{"line " + std::to_string(frame.error().line) + ": " +
                           std::string{frame.error().why}};
  auto trust = messages::decode_trust(*frame);
  if (!trust) return std::unexpected{"its frame is " + std::string{messages::name_of(trust.error())}};
  return *trust;
}

std::expected<JudgedReceipt, std::string> judge_receipt(const JudgeRequest& request) {
  // One byte more than a receipt may have: the verdict names the excess.
  const auto proof = read_up_to(request.paths.proof, policies::limits::receipt_bytes_max + 1);
  if (!proof) return std::unexpected{proof.error()};
  const auto trust_text = read_text(request.paths.trust, policies::limits::trust_bytes_max);
  const auto trust = trust_text
                         ? read_trust(*trust_text)
                         : std::expected<policies::Trust, std::string>{std::unexpect, trust_text.error()};
  JudgedReceipt judged;
  judged.check = policies::verify_receipt({.document = request.document,
                                           .receipt = *proof,
                                           .trust = trust ? &*trust : nullptr,
                                           .root = request.root});
  if (!trust && judged.check.verdict == policies::ReceiptVerdict::trust_malformed)
    judged.check.detail = trust.error();
  std::error_code error;
  if (!judged.check.facts || !fs::exists(request.paths.label, error)) return judged;
  const auto label_text = read_text(request.paths.label, label_file_bytes_max);
  judged.label = label_text ? policies::salted_label_from_text(*label_text) : std::nullopt;
  judged.label_differs = !judged.label || label_hash(*judged.label) != judged.check.facts->leaf.label_hash;
  if (judged.label_differs) judged.label.reset();
  return judged;
}

}  // namespace mnrt::runtime
