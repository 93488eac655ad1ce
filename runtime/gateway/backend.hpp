#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/api_calls.hpp"
#include "actors/ledger_view.hpp"
#include "actors/ports.hpp"
#include "runtime/gateway/http.hpp"
#include "runtime/gateway/loop.hpp"
#include "runtime/gateway/rate_limit.hpp"
#include "runtime/gateway/server.hpp"

namespace mnrt::runtime {

class EventHub;

/// What routes may use: the final chain, the actors, the clock and the server's settings. All on the server's
/// thread.
class Backend {
 public:
  Backend(const ServerSettings& settings, const ServerWorld& world, std::shared_ptr<Loop> loop,
          EventHub& events);
  ~Backend();

  const ServerSettings& settings() const { return settings_; }
  Metrics& metrics() { return *world_.metrics; }
  EventHub& events() { return events_; }
  Loop& loop() { return *loop_; }
  policies::BlockTime now() const { return world_.wall->now(); }
  void note(policies::Note note) const { world_.notes->add("gateway", note); }
  bool set_log_level(policies::LogLevel level) const;

  /// Reads the memory gauge, now and every quarter of a second from then on.
  void watch_memory();
  /// From `memory_pressure` of the budget on: routes that make the node hold more are refused.
  bool memory_is_short() const { return memory_is_short_; }

  /// Reads the disk gauge, now and every second from then on.
  void watch_disk();
  /// From `disk_pressure` of the budget on: notarisations are refused, whichever way they come.
  bool disk_is_short() const { return disk_is_short_; }

  /// The final chain at this moment.
  actors::LedgerView view() const;

  /// Asks the actors. `done` gets exactly one reply, later, on this thread; Unavailable while no actors are
  /// connected, over the limit of calls in flight, or when `wait` and the deadline have passed without an
  /// answer. What a crashed role left unanswered is asked again for most of a second, where that does no
  /// harm.
  void call(actors::api::Request request, std::chrono::milliseconds wait,
            std::function<void(actors::api::Reply)> done);
  void connect(std::function<void(actors::api::Call)> to_actors);
  void disconnect();
  bool connected() const { return static_cast<bool>(to_actors_); }
  std::size_t calls_in_flight() const;

  /// The operator's token; made and rotated by the server.
  void set_token(std::string token) { token_ = std::move(token); }
  bool is_token(std::string_view text) const;
  /// Makes a new token, writes its file, and ends the old one. Nothing if the file can't be written.
  std::optional<std::string> rotate_token();

  /// Budgets of callers without the token (server settings). Each takes `count` or says how many seconds to
  /// wait.
  RateLimiter requests;
  RateLimiter batch_transactions;
  RateLimiter notarisations;

 private:
  struct Flight;
  struct Pending;
  void ask(const std::shared_ptr<Pending>& pending, actors::api::Request request);
  const ServerSettings& settings_;
  const ServerWorld& world_;
  std::shared_ptr<Loop> loop_;
  EventHub& events_;
  std::function<void(actors::api::Call)> to_actors_;
  std::string token_;
  std::shared_ptr<Flight> flight_;
  std::unique_ptr<Timer> memory_reading_;
  bool memory_is_short_{};
  std::unique_ptr<Timer> disk_reading_;
  bool disk_is_short_{};
};

/// A token for the operator: 32 random bytes as 43 characters of base64url.
std::string make_token();

/// Reads the token file, or makes it with mode 0600. The error says what to do.
std::expected<std::string, std::string> load_token(const std::filesystem::path& file);
std::expected<void, std::string> write_token(const std::filesystem::path& file, const std::string& token);

}  // namespace mnrt::runtime
