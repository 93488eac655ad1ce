#include "runtime/keys/passphrase.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "runtime/keys/key_file.hpp"
#include "runtime/keys/private_files.hpp"

namespace mnrt::runtime {

namespace fs = std::filesystem;
using Kind = KeyError::Kind;
using Found = FoundPassphrase;

namespace {

constexpr std::size_t passphrase_bytes_max = 1'024;

std::expected<Passphrase, KeyError> first_line_of(std::string& text, const fs::path& file) {
  Passphrase first(std::string_view(text).substr(0, text.find_first_of("\r\n")));
  erase(text.data(), text.size());
  if (first.text().empty())
    return std::unexpected(
        KeyError{Kind::no_passphrase, fmt::format("{} holds no passphrase", file.string())});
  return first;
}

/// A file that the operator or systemd gives: a pipe is welcome, a file that everyone may read isn't.
std::expected<Passphrase, KeyError> read_given(const fs::path& file) {
  int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return std::unexpected(KeyError{Kind::no_passphrase, fmt::format("cannot read the passphrase in {}: {}",
                                                                     file.string(), std::strerror(errno))});
  struct stat facts{};
  bool shared = fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & 007) != 0;
  std::string text;
  std::array<char, 256> part;
  while (!shared && text.size() <= passphrase_bytes_max) {
    auto got = read(fd, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  close(fd);
  erase(part.data(), part.size());
  if (shared)
    return std::unexpected(
        KeyError{Kind::permissions, fmt::format("everyone may read the passphrase in {}; run: chmod 600 {}",
                                                file.string(), file.string())});
  if (text.size() > passphrase_bytes_max)
    return std::unexpected(KeyError{
        Kind::no_passphrase,
        fmt::format("the passphrase in {} is longer than {} bytes", file.string(), passphrase_bytes_max)});
  return first_line_of(text, file);
}

/// The process's terminal with echo off, put back when it goes.
class Terminal {
 public:
  Terminal() : fd_(open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (fd_ < 0 || tcgetattr(fd_, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    usable_ = tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    if (usable_) tcsetattr(fd_, TCSAFLUSH, &before_);
    if (fd_ >= 0) close(fd_);
  }

  bool usable() const { return usable_; }

  std::string ask(std::string_view question) const {
    if (write(fd_, question.data(), question.size()) < 0) return {};
    std::string answer;
    char c{};
    while (answer.size() < passphrase_bytes_max && read(fd_, &c, 1) == 1 && c != '\n') answer += c;
    return answer;
  }

 private:
  int fd_;
  termios before_{};
  bool usable_{};
};

/// Nothing when there is no terminal, or when a new passphrase is left to be generated.
std::expected<std::optional<Passphrase>, KeyError> prompt(const PassphraseSources& sources, bool is_new) {
  Terminal terminal;
  if (!terminal.usable()) return std::nullopt;
  constexpr int attempts = 3;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    auto asked = is_new ? fmt::format("New passphrase for {}{}: ", sources.folder.string(),
                                      sources.may_generate ? " (empty: make one and keep it there)" : "")
                        : fmt::format("Passphrase for {}: ", sources.folder.string());
    Passphrase first(terminal.ask(asked));
    if (first.text().empty()) {
      if (is_new && sources.may_generate) return std::nullopt;
      continue;
    }
    if (!is_new || Passphrase(terminal.ask("Again: ")).text() == first.text()) return first;
  }
  return std::unexpected(KeyError{Kind::no_passphrase, "no passphrase was typed"});
}

std::expected<Found, KeyError> generate(const PassphraseSources& sources) {
  constexpr std::size_t random_bytes = 20;
  auto file = sources.folder / "passphrase";
  if (auto ready = prepare_private_folder(sources.folder); !ready) return std::unexpected(ready.error());
  Passphrase made(random_hex(random_bytes));
  if (auto written = write_private_file(file, std::string(made.text()) + "\n"); !written)
    return std::unexpected(written.error());
  return Found{
      made, Found::Source::generated,
      fmt::format("made a passphrase and kept it in {}: whoever reads that file opens the keys; move it away "
                  "and give it with --passphrase-file or as a systemd credential",
                  file.string())};
}

}  // namespace

std::expected<Found, KeyError> find_passphrase(const PassphraseSources& sources, bool is_new) {
  if (sources.file) {
    auto given = read_given(*sources.file);
    if (!given) return std::unexpected(given.error());
    return Found{*given, Found::Source::file, ""};
  }
  if (sources.credentials)
    if (auto file = *sources.credentials / "passphrase"; fs::exists(file)) {
      auto given = read_given(file);
      if (!given) return std::unexpected(given.error());
      return Found{*given, Found::Source::credential, ""};
    }
  if (auto text = read_private_file(sources.folder / "passphrase", passphrase_bytes_max)) {
    auto kept = first_line_of(*text, sources.folder / "passphrase");
    if (!kept) return std::unexpected(kept.error());
    return Found{*kept, Found::Source::kept, ""};
  } else if (text.error().kind != Kind::missing) {
    return std::unexpected(text.error());
  }
  if (sources.may_prompt) {
    auto typed = prompt(sources, is_new);
    if (!typed) return std::unexpected(typed.error());
    if (*typed) return Found{**typed, Found::Source::prompt, ""};
  }
  // A generated passphrase could not open keys that exist.
  if (sources.may_generate && is_new) return generate(sources);
  return std::unexpected(
      KeyError{Kind::no_passphrase,
               fmt::format("no passphrase for {}: give one with --passphrase-file FILE, as a systemd "
                           "credential named passphrase, or run in a terminal",
                           sources.folder.string())});
}

}  // namespace mnrt::runtime
