#include "runtime/metrics/log_notes.hpp"

#include <fmt/format.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>

#include "runtime/metrics/metrics.hpp"

namespace mnrt::runtime {
namespace {

constexpr std::size_t queue_lines_max = 8'192;

std::string_view name_of(policies::Note::Level level) {
  switch (level) {
    case policies::Note::Level::debug:
      return "debug";
    case policies::Note::Level::info:
      return "info";
    case policies::Note::Level::warning:
      return "warning";
    case policies::Note::Level::error:
      return "error";
  }
  return "error";
}

spdlog::level::level_enum spdlog_level(policies::Note::Level level) {
  switch (level) {
    case policies::Note::Level::debug:
      return spdlog::level::debug;
    case policies::Note::Level::info:
      return spdlog::level::info;
    case policies::Note::Level::warning:
      return spdlog::level::warn;
    case policies::Note::Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

policies::Note::Level note_level(policies::LogLevel level) {
  switch (level) {
    case policies::LogLevel::debug:
      return policies::Note::Level::debug;
    case policies::LogLevel::info:
      return policies::Note::Level::info;
    case policies::LogLevel::warning:
      return policies::Note::Level::warning;
    case policies::LogLevel::error:
      return policies::Note::Level::error;
  }
  return policies::Note::Level::info;
}

/// A JSON string. What a client sent may be in it, so control characters never reach the terminal.
void append_quoted(std::string& line, std::string_view value) {
  line += '"';
  for (unsigned char c : value) {
    if (c == '"' || c == '\\') {
      line += '\\';
      line += static_cast<char>(c);
    } else if (c < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", c);
    } else {
      line += static_cast<char>(c);
    }
  }
  line += '"';
}

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (unsigned char c : value)
    if (c <= 0x20 || c == 0x7f || c == '"' || c == '\\' || c == '=') return true;
  return false;
}

}  // namespace

std::string log_line(policies::LogFormat format, policies::BlockTime time, std::string_view role,
                     const policies::Note& note) {
  std::string line;
  if (format == policies::LogFormat::json) {
    line =
        fmt::format(R"({{"time":"{}","level":"{}","role":)", policies::to_rfc3339(time), name_of(note.level));
    append_quoted(line, role);
    line += R"(,"code":)";
    append_quoted(line, note.code);
    for (const auto& [name, value] : note.fields) {
      line += ',';
      append_quoted(line, name);
      line += ':';
      append_quoted(line, value);
    }
    line += '}';
    return line;
  }
  line = fmt::format("{} {} {} {}", policies::to_rfc3339(time), name_of(note.level), role, note.code);
  for (const auto& [name, value] : note.fields) {
    line += ' ';
    line += name;
    line += '=';
    if (needs_quotes(value))
      append_quoted(line, value);
    else
      line += value;
  }
  return line;
}

struct LogNotes::Impl {
  Settings settings;
  Metrics* metrics;
  std::atomic<policies::Note::Level> level;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;

  Impl(Settings given, Metrics* counted)
      : settings(given),
        metrics(counted),
        level(note_level(given.level)),
        pool(std::make_shared<spdlog::details::thread_pool>(queue_lines_max, 1)),
        // Overrun: a node that can't write its log goes on, and the newest lines say why.
        logger(std::make_shared<spdlog::async_logger>("mnrt",
                                                      std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool,
                                                      spdlog::async_overflow_policy::overrun_oldest)) {
    logger->set_level(spdlog::level::trace);
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    logger->flush_on(spdlog::level::trace);
  }
};

LogNotes::LogNotes(Settings settings, Metrics* metrics) : impl_(std::make_unique<Impl>(settings, metrics)) {}

// The pool's destructor writes what is queued, then joins its thread.
LogNotes::~LogNotes() = default;

void LogNotes::add(std::string_view role, const policies::Note& note) {
  if (impl_->metrics != nullptr) impl_->metrics->count(role, note);
  if (note.level < impl_->level.load(std::memory_order_relaxed)) return;
  using namespace std::chrono;
  const policies::BlockTime now{duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
  auto line = log_line(impl_->settings.format, now, role, note);
  if (impl_->settings.colour && impl_->settings.format == policies::LogFormat::text) {
    if (note.level == policies::Note::Level::warning) line = "\033[33m" + line + "\033[0m";
    if (note.level == policies::Note::Level::error) line = "\033[31m" + line + "\033[0m";
  }
  impl_->logger->log(spdlog_level(note.level), line);
}

void LogNotes::set_level(policies::LogLevel level) {
  impl_->level.store(note_level(level));
}

}  // namespace mnrt::runtime
