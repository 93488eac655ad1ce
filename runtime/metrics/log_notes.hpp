#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "actors/ports.hpp"
#include "policies/config.hpp"
#include "policies/time.hpp"

namespace mnrt::runtime {

class Metrics;

/// The Notes port of a real node: one line a note on standard error, as text or JSON, and a count in the
/// metrics. Lines are queued (8,192 at most, then the oldest go) and written by a thread of their own, so
/// `add` never waits for a slow terminal.
class LogNotes final : public actors::Notes {
 public:
  struct Settings {
    policies::LogLevel level{policies::LogLevel::info};
    policies::LogFormat format{policies::LogFormat::text};
    bool colour{};  ///< of the level, in text
  };
  /// `metrics` may be null; else it outlives this.
  LogNotes(Settings settings, Metrics* metrics);
  ~LogNotes() override;

  void add(std::string_view role, const policies::Note& note) override;

  /// From now on; any thread.
  void set_level(policies::LogLevel level);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One line without its end. Text: `2026-11-21T09:30:00.000Z info core block_final height=7`; a value with
/// spaces, quotes or control characters is quoted as in JSON. JSON: an object with time, level, role, code
/// and the fields.
std::string log_line(policies::LogFormat format, policies::BlockTime time, std::string_view role,
                     const policies::Note& note);

}  // namespace mnrt::runtime
