#include "runtime/cli/receipt_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string_view>
#include <system_error>

#include "messages/trust_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"
#include "runtime/cli/printable.hpp"

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
  return "can't " + std::string{what} + " " + printable(file.string()) + ": " + why;
}

struct Closer {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};
using File = std::unique_ptr<std::FILE, Closer>;

/// A regular file, opened; else why not, without its name.
std::expected<File, std::string> open_regular(const fs::path& file) {
  // A pipe that nobody writes into would else hold us at its opening.
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return std::unexpected{std::string{std::strerror(errno)}};
  struct stat facts{};
  const bool known = ::fstat(fd, &facts) == 0;
  if (known && S_ISREG(facts.st_mode)) return File{::fdopen(fd, "rb")};
  ::close(fd);
  return std::unexpected{std::string{!known                    ? "its kind is unknown"
                                     : S_ISDIR(facts.st_mode)  ? "it is a folder"
                                     : S_ISFIFO(facts.st_mode) ? "it is a pipe"
                                                               : "it is a device or a socket"}};
}

/// A document with its path as the receipt's name has it: below the folder that was named.
struct Named {
  fs::path file;
  fs::path name;
};

struct Found {
  std::vector<Named> files;
  std::vector<std::string> left_out;
};

/// Adds what lies below `at`, which is `root` or a folder in it.
void find_below(const fs::path& root, const fs::path& at, Found& found) {
  const auto leave_out = [&](const fs::path& path, const std::string& why) {
    found.left_out.push_back(printable(path.string()) + ": " + why);
  };
  std::error_code error;
  for (fs::directory_iterator entry{at, error}, end; !error && entry != end; entry.increment(error)) {
    const auto& path = entry->path();
    std::error_code unknown;
    if (entry->is_directory(unknown) && !entry->is_symlink(unknown)) {
      find_below(root, path, found);
    } else if (entry->is_directory(unknown)) {
      leave_out(path, "a link to a folder, which isn't followed");
    } else if (entry->is_symlink(unknown) && !fs::exists(path, unknown)) {
      leave_out(path, "a broken link");
    } else if (belongs_to_receipt(path)) {
      continue;
    } else if (const auto file = open_regular(path); !file) {
      leave_out(path, file.error());
    } else {
      found.files.push_back({path, path.lexically_relative(root)});
    }
  }
  if (error) leave_out(at, error.message());
}

/// The refusal: what a folder holds beside documents, and what to do about it.
std::string unreadable_text(const std::vector<std::string>& left_out) {
  constexpr std::size_t lines_max = 20;
  std::string text = "nothing was sent, because not all can be notarised:";
  for (std::size_t i = 0; i < std::min(left_out.size(), lines_max); ++i) text += "\n  " + left_out[i];
  if (left_out.size() > lines_max) text += "\n  and " + std::to_string(left_out.size() - lines_max) + " more";
  return text + "\nremove what is named, or leave it out with --skip-unreadable";
}

std::expected<Found, std::string> named_files(const std::vector<fs::path>& arguments) {
  Found all;
  for (const auto& argument : arguments) {
    std::error_code error;
    if (argument == "-") {
      all.files.push_back({argument, "stdin"});
    } else if (fs::is_directory(argument, error)) {
      Found below;
      find_below(argument, argument, below);
      std::ranges::sort(below.files, {}, &Named::name);
      std::ranges::sort(below.left_out);
      std::ranges::move(below.files, std::back_inserter(all.files));
      std::ranges::move(below.left_out, std::back_inserter(all.left_out));
    } else if (fs::exists(argument, error)) {
      all.files.push_back({argument, argument.filename()});
    } else {
      return std::unexpected{cannot("read", argument, error ? error.message() : "there is no such file")};
    }
  }
  return all;
}

std::expected<std::string, std::string> read_up_to(const fs::path& file, std::size_t bytes_max) {
  const auto in = open_regular(file);
  if (!in) return std::unexpected{cannot("read", file, in.error())};
  std::string text;
  std::array<char, 64 * 1024> piece;
  while (text.size() < bytes_max) {
    const auto got = std::fread(piece.data(), 1, std::min(piece.size(), bytes_max - text.size()), in->get());
    if (got == 0) break;
    text.append(piece.data(), got);
  }
  if (std::ferror(in->get())) return std::unexpected{cannot("read", file, std::strerror(errno))};
  return text;
}

}  // namespace

ReceiptPaths receipt_paths(const fs::path& receipt) {
  auto stem = receipt;
  for (const auto ending : {proof_ending, trust_ending, label_ending})
    if (receipt.string().ends_with(ending)) stem = without_ending(receipt, ending);
  return {with_ending(stem, proof_ending), with_ending(stem, trust_ending), with_ending(stem, label_ending)};
}

std::expected<Documents, std::string> documents_of(const DocumentChoice& choice) {
  auto found = named_files(choice.files);
  if (!found) return std::unexpected{found.error()};
  if (!found->left_out.empty() && !choice.skips_unreadable)
    return std::unexpected{unreadable_text(found->left_out)};
  if (found->files.empty()) return std::unexpected{std::string{"there is no file to notarise"}};
  std::error_code error;
  const bool one = choice.files.size() == 1 && !fs::is_directory(choice.files.front(), error) &&
                   !(choice.out && (fs::is_directory(*choice.out, error) || !choice.out->has_filename()));
  Documents all{.documents = {}, .left_out = std::move(found->left_out)};
  std::set<fs::path> taken;
  for (const auto& [file, name] : found->files) {
    if (!choice.out && file == "-")
      return std::unexpected{std::string{"standard input has no name for its receipt: give one with --out"}};
    auto receipt = !choice.out ? file : one ? *choice.out : *choice.out / name;
    if (!taken.insert(receipt.lexically_normal()).second)
      return std::unexpected{"two receipts would be named " + printable(receipt.string()) +
                             ": notarise them one by one"};
    all.documents.push_back({file, std::move(receipt)});
  }
  return all;
}

std::expected<policies::Digest, std::string> sha256_of(const fs::path& file) {
  File in{stdin};
  if (file != "-") {
    auto opened = open_regular(file);
    std::error_code unknown;
    if (!opened && fs::is_fifo(file, unknown))
      opened.error() += "; give its content on standard input, with -";
    if (!opened) return std::unexpected{cannot("read", file, opened.error())};
    in = std::move(*opened);
  }
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
    return std::unexpected{cannot("write", file, printable(folder.string()) + " is no folder")};
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
