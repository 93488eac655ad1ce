#include "runtime/cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "runtime/cli/printable.hpp"

namespace mnrt::runtime {

namespace {

/// What a node sends may hold bytes that aren't UTF-8; they must not end the command.
std::string json_text(const Json& value) {
  return printable_json(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

constexpr std::string_view red = "\x1b[31m", yellow = "\x1b[33m", plain = "\x1b[0m", clear_line = "\r\x1b[K";

}  // namespace

Output::Output(bool json)
    : json_(json),
      lively_(!json && isatty(STDERR_FILENO) == 1 && std::getenv("CI") == nullptr),
      colours_(isatty(STDERR_FILENO) == 1) {
  // https://no-color.org: set and not empty.
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color && *no_color) colours_ = false;
  const char* terminal = std::getenv("TERM");
  if (terminal && std::string_view(terminal) == "dumb") lively_ = colours_ = false;
}

std::string Output::painted(std::string_view colour, std::string_view text) const {
  return colours_ ? fmt::format("{}{}{}", colour, text, plain) : std::string(text);
}

ExitCode Output::data(const Json& value, std::string_view text) const {
  return styled(value, json_ ? std::string{} : printable_lines(text));
}

ExitCode Output::styled(const Json& value, std::string_view text) const {
  return verbatim((json_ ? json_text(value) : std::string(text)) + '\n');
}

ExitCode Output::verbatim(std::string_view text) const {
  // In one piece: on a terminal, stdio would let the log's lines in between.
  while (!text.empty()) {
    const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      return failed({ExitCode::failed,
                     fmt::format("can't write the answer to standard output: {}", std::strerror(errno)),
                     "unwritable"});
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ExitCode::ok;
}

void Output::progress(std::string_view line) const {
  if (!json_) fmt::print(stderr, "{}\n", printable_lines(line));
}

void Output::warning(std::string_view line) const {
  fmt::print(stderr, "{} {}\n", painted(yellow, "warning:"), printable_lines(line));
}

ExitCode Output::failed(const Failure& failure) const {
  if (json_) {
    Json error{
        {"error",
         {{"code", failure.code}, {"detail", failure.text}, {"exit_code", static_cast<int>(failure.exit)}}}};
    fmt::print(stderr, "{}\n", json_text(error));
  } else {
    fmt::print(stderr, "{} {}\n", painted(red, "error:"), printable_lines(failure.text));
  }
  return failure.exit;
}

Spinner::Spinner(const Output& output, std::string_view text) : text_(printable(text)) {
  if (output.lively()) thread_ = std::thread([this] { turn(); });
}

Spinner::~Spinner() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_one();
  thread_.join();
  fmt::print(stderr, "{}", clear_line);
}

void Spinner::turn() {
  constexpr std::array<char, 4> faces{'|', '/', '-', '\\'};
  std::unique_lock lock(mutex_);
  for (std::size_t i = 0; !end_; ++i) {
    fmt::print(stderr, "{}{} {}", clear_line, faces[i % faces.size()], text_);
    std::fflush(stderr);
    ended_.wait_for(lock, std::chrono::milliseconds(120), [this] { return end_; });
  }
}

}  // namespace mnrt::runtime
