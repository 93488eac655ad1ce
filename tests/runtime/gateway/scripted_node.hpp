#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "runtime/gateway/backend.hpp"
#include "runtime/gateway/dispatch.hpp"
#include "runtime/gateway/events.hpp"
#include "runtime/gateway/json.hpp"
#include "runtime/gateway/session.hpp"
#include "runtime/metrics/metrics.hpp"
#include "tests/runtime/gateway/test_chain.hpp"

namespace mnrt::tests {

/// A loop that runs when it is told to, in virtual time.
class ManualLoop final : public runtime::Loop {
 public:
  void post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  std::unique_ptr<runtime::Timer> after(std::chrono::milliseconds delay, std::function<void()> task) override;
  std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::time_point{now_};
  }
  /// Everything that was posted, and what that posts.
  void run();
  /// Runs, and the timers of the next `time`, each in its turn.
  void advance(std::chrono::milliseconds time);

 private:
  struct Due {
    std::function<void()> task;
  };
  class Handle;
  std::chrono::milliseconds now_{};
  std::deque<std::function<void()>> tasks_;
  std::multimap<std::chrono::milliseconds, std::weak_ptr<Due>> timers_;
};

class SettableClock final : public actors::WallClock {
 public:
  policies::BlockTime now() const override { return time; }
  policies::BlockTime time;
};

class SilentNotes final : public actors::Notes {
 public:
  void add(std::string_view, const policies::Note&) override {}
};

/// The actors' side of the front end, on a real chain: what it admits waits, or is in a block at once where
/// the caller wants to wait or `commits_at_once` is set.
class ScriptedActors {
 public:
  explicit ScriptedActors(TestChain& chain) : chain_(chain) {}

  void operator()(actors::api::Call call);

  bool commits_at_once{};
  bool silent{};                             ///< takes calls and never answers
  std::size_t crashes{};                     ///< so many of the next calls are left unanswered: role_down
  std::set<std::size_t> down;                ///< request kinds (variant index) that answer role_down
  std::optional<policies::Refusal> refusal;  ///< of whatever is submitted
  std::size_t calls{};
  std::vector<actors::api::Call> kept;  ///< what silence swallowed
  std::function<void(std::shared_ptr<const actors::FinalBlock>)> on_block;

 private:
  actors::api::Reply reply_to(actors::api::Request& request);
  actors::api::Reply submit(const actors::api::Submit& submit);
  actors::api::Reply notarise(const actors::api::NotariseDigests& order);
  actors::api::StatusReport status(const policies::Digest& id) const;
  actors::api::StatusReport send_own(std::vector<policies::Operation> operations, bool wait);
  actors::api::Reply receipt(std::uint64_t leaf) const;
  actors::api::NodeReport node_report() const;
  void settle(bool wait);

  TestChain& chain_;
};

template <class T>
std::size_t kind_of_request() {
  return actors::api::Request(T{}).index();
}

/// The gateway without sockets: requests in, answers out. Each JSON answer is held against the API's
/// description.
class TestGateway {
 public:
  TestGateway();
  ~TestGateway();

  struct Ask {
    runtime::Method method{runtime::Method::get};
    std::string target{};
    std::string body{};
    std::vector<std::pair<std::string, std::string>> headers{};
    runtime::Door door{runtime::Door::api};
    std::string peer{"127.0.0.1"};
  };
  runtime::HttpResponse ask(Ask ask);
  runtime::HttpResponse get(std::string target) { return ask({.target = std::move(target)}); }
  /// JSON, by the operator.
  runtime::HttpResponse post(std::string target, const runtime::Json& body,
                             std::vector<std::pair<std::string, std::string>> headers = {});
  static runtime::Json json(const runtime::HttpResponse& response) {
    return runtime::Json::parse(response.body);
  }

  /// A block of what waits, told to the event hub.
  void commit();

  TestChain chain;
  SettableClock wall;
  std::uint64_t memory_ppb{};  ///< what the gauge says
  std::uint64_t disk_ppb{};    ///< what the gauge says
  SilentNotes notes;
  runtime::Metrics metrics;
  std::shared_ptr<ManualLoop> loop{std::make_shared<ManualLoop>()};
  runtime::EventHub events;
  runtime::ServerSettings settings;
  runtime::ServerWorld world;
  runtime::Backend backend;
  runtime::Dispatcher dispatcher;
  runtime::SessionContext context{backend, dispatcher, false, {}};
  runtime::Dispatcher* serving{&dispatcher};  ///< of `ask`; another one stands for a server after a restart
  ScriptedActors actors{chain};
  /// Which operations answered with which status.
  std::set<std::pair<std::string, unsigned>> answered;

 private:
  static runtime::ServerSettings make_settings();
  std::string scratch_;
};

inline constexpr std::string_view test_token = "the-operators-token-of-these-tests-0123456";

}  // namespace mnrt::tests
