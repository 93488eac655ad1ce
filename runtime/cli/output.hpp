#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "runtime/cli/exit_code.hpp"
#include "runtime/cli/json.hpp"

// Data goes to standard output, everything else to standard error.
namespace mnrt::runtime {

/// How a command ended, when it isn't with data.
struct Failure {
  ExitCode exit{ExitCode::failed};
  std::string text;  ///< one line for people
  std::string code;  ///< the node's reason, snake_case; empty: none
};

class Output {
 public:
  explicit Output(bool json);

  bool json() const { return json_; }

  /// The answer: `value` with --json, else `text` (lines, the last without its end), made printable.
  /// `failed`, and why on standard error, where it can't be written: whoever relies on it must learn that.
  [[nodiscard]] ExitCode data(const Json& value, std::string_view text) const;
  /// The same for a text with colours, whose parts are printable already.
  [[nodiscard]] ExitCode styled(const Json& value, std::string_view text) const;
  /// A text for another program, byte by byte, whatever the format.
  [[nodiscard]] ExitCode verbatim(std::string_view text) const;

  /// A line about what happens; not with --json.
  void progress(std::string_view line) const;

  /// A line that matters whatever the format.
  void warning(std::string_view line) const;

  /// Says why, and gives the exit code back.
  ExitCode failed(const Failure& failure) const;

  /// Standard error is a terminal and nobody asked for plain output.
  bool lively() const { return lively_; }

 private:
  std::string painted(std::string_view colour, std::string_view text) const;

  bool json_;
  bool lively_;
  bool colours_;
};

/// Turns beside a text on standard error while it lives; nothing unless that is a terminal.
class Spinner {
 public:
  Spinner(const Output& output, std::string_view text);
  Spinner(const Spinner&) = delete;
  Spinner& operator=(const Spinner&) = delete;
  ~Spinner();

 private:
  void turn();

  std::string text_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_{};
  std::thread thread_;
};

}  // namespace mnrt::runtime
