#include "runtime/cli/bench/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <ctime>
#include <functional>
#include <span>
#include <thread>
#include <utility>

#include "policies/check.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/notary/base64.hpp"
#include "runtime/cli/bench/batches.hpp"
#include "runtime/cli/json.hpp"

namespace mnrt::runtime {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::size_t keys_of_a_client = 4;  ///< of the JSON route: so many wait for their block together

Failure failed(std::string text) {
  return {ExitCode::failed, std::move(text), ""};
}

/// What several drivers count, and when they start and stop to.
class Tally {
 public:
  enum class Phase : std::uint8_t { warm_up, measuring, over };

  void count(std::uint64_t transactions, Clock::time_point since) {
    const auto now = Clock::now();
    std::lock_guard lock(mutex_);
    if (phase_ != Phase::measuring) return;
    result_.committed += transactions;
    result_.latencies.push_back(duration_cast<microseconds>(now - since));
  }
  void count_retry() {
    std::lock_guard lock(mutex_);
    if (phase_ == Phase::measuring) ++result_.retries;
  }
  void give_up(std::string why) {
    std::lock_guard lock(mutex_);
    if (trouble_.empty()) trouble_ = std::move(why);
    phase_ = Phase::over;
  }
  bool over() const {
    std::lock_guard lock(mutex_);
    return phase_ == Phase::over;
  }

  /// Measures while the drivers run.
  void watch(const BenchNode& node, const MeasureOptions& options) {
    sleep(options.warm_up);
    enter(Phase::measuring);
    const auto cpu = node.cpu_time();
    const auto start = Clock::now();
    const auto verify = verify_beside_load(options.measured);
    const auto used = node.cpu_time() - cpu;
    enter(Phase::over);
    std::lock_guard lock(mutex_);
    result_.cpu = used;
    result_.verify_us = verify;
    result_.time = Clock::now() - start;
  }

  std::expected<Measured, Failure> result() {
    if (!trouble_.empty()) return std::unexpected(failed(trouble_));
    if (result_.committed == 0) return std::unexpected(failed("no transaction became final"));
    std::ranges::sort(result_.latencies);
    return std::move(result_);
  }

 private:
  void sleep(std::chrono::seconds time) const {
    for (const auto end = Clock::now() + time; Clock::now() < end && !over();)
      std::this_thread::sleep_for(10ms);
  }
  /// The yardstick has the node's own conditions, other threads on the same cores among them; it takes a
  /// hundredth of a core.
  double verify_beside_load(std::chrono::seconds time) {
    std::vector<double> samples;
    for (const auto end = Clock::now() + time; Clock::now() < end && !over(); sleep(1s))
      samples.push_back(yardstick_.verify_us(200));
    std::ranges::sort(samples);
    return samples.empty() ? 0 : samples[samples.size() / 2];
  }
  void enter(Phase phase) {
    std::lock_guard lock(mutex_);
    if (phase_ != Phase::over) phase_ = phase;
  }

  Yardstick yardstick_;
  mutable std::mutex mutex_;
  Phase phase_{Phase::warm_up};
  Measured result_;
  std::string trouble_;
};

void drive_batches(const BenchNode& node, SignedAhead& load, Tally& tally) {
  const auto client = node.client();
  while (!tally.over()) {
    const auto batch = load.take();
    const auto start = Clock::now();
    const auto outcome = settle(client, batch, [&tally] {
      tally.count_retry();
      return !tally.over();
    });
    if (!outcome) return tally.give_up(outcome.error());
    load.saw({outcome->height});
    tally.count(outcome->final, start);
  }
}

std::expected<Json, std::string> ask_json(const ApiClient& client, const ApiRequest& request) {
  auto answer = client.call(request);
  if (!answer) return std::unexpected(answer.error().text);
  auto json = Json::parse(answer->body, nullptr, false);
  if (answer->status >= 300 || json.is_discarded())
    return std::unexpected(fmt::format("the node answered {}: {}", answer->status, answer->body));
  return json;
}

struct Sent {
  std::string id;
  Clock::time_point since;
};

/// One transaction through JSON alone: prepared by the node, signed here, sent.
std::expected<Sent, std::string> send_json(const ApiClient& client, const LoadAccounts& accounts,
                                           std::size_t account) {
  const auto since = Clock::now();
  auto post = [&client](std::string target, const Json& body) {
    ApiRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body.dump();
    return ask_json(client, request);
  };
  const Json draft{{"sender", policies::to_bech32m(accounts.address(account))},
                   {"operations",
                    {{{"type", "transfer"},
                      {"to", policies::to_bech32m(accounts.address((account + 1) % accounts.size()))},
                      {"token", "FLX"},
                      {"amount", "1"}}}}};
  auto prepared = post("/api/v1/transactions/prepare", draft);
  if (!prepared) return std::unexpected(prepared.error());
  const auto to_sign = policies::from_base64(text_of(*prepared, "signing"));
  if (!to_sign) return std::unexpected("the node's answer lacks what to sign");
  const auto& key = accounts.key(account);
  const Json whole{{"body", text_of(*prepared, "body")},
                   {"signatures",
                    {{{"key", policies::to_hex(key.public_key().bytes)},
                      {"signature", policies::to_hex(key.sign(*to_sign).bytes)}}}}};
  auto status = post("/api/v1/transactions", whole);
  if (!status) return std::unexpected(status.error());
  return Sent{text_of(*status, "id"), since};
}

std::expected<void, std::string> await_json(const ApiClient& client, const Sent& sent) {
  ApiRequest request;
  request.target = "/api/v1/transactions/" + sent.id;
  request.headers = {{"Prefer", fmt::format("wait={}", request_wait / 1s)}};
  request.deadline = 2 * request_wait;
  auto status = ask_json(client, request);
  if (!status) return std::unexpected(status.error());
  if (text_of(*status, "status") != "final") return std::unexpected("not final: " + status->dump());
  return {};
}

/// A client with several keys: one transaction of each, then their final statuses. Who waits for each before
/// the next measures the time between two blocks.
std::expected<void, std::string> send_and_await(const ApiClient& client, const LoadAccounts& accounts,
                                                std::span<const std::size_t> senders, Tally& tally) {
  std::vector<Sent> all;
  for (const auto sender : senders) {
    auto sent = send_json(client, accounts, sender);
    if (!sent) return std::unexpected(sent.error());
    all.push_back(std::move(*sent));
  }
  for (const auto& sent : all) {
    if (auto final = await_json(client, sent); !final) return final;
    tally.count(1, sent.since);
  }
  return {};
}

template <class Drive>
std::expected<Measured, Failure> measure(const BenchNode& node, const MeasureOptions& options, Drive drive) {
  Tally tally;
  {
    std::vector<std::jthread> drivers;
    for (std::size_t i = 0; i < options.in_flight; ++i) drivers.emplace_back([&, i] { drive(tally, i); });
    tally.watch(node, options);
  }
  return tally.result();
}

}  // namespace

Yardstick::Yardstick() {
  constexpr std::size_t signers = 1'000;
  constexpr std::size_t message_bytes = 200;
  for (std::size_t i = 0; i < signers; ++i) {
    std::array<std::uint8_t, 32> seed{};
    std::memcpy(seed.data(), &i, sizeof i);
    const policies::SigningKey key{policies::SecretSeed{seed}};
    policies::Bytes message(message_bytes, static_cast<std::uint8_t>(i));
    const auto signature = key.sign(message);
    signed_.push_back({key.public_key(), std::move(message), signature});
  }
}

double Yardstick::verify_us(std::size_t count) {
  const auto cpu = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
  };
  const auto start = cpu();
  for (std::size_t i = 0; i < count; ++i, next_ = (next_ + 1) % signed_.size())
    MNRT_CHECK(policies::verify(signed_[next_].key, signed_[next_].message, signed_[next_].signature));
  return (cpu() - start) / static_cast<double>(count);
}

double Measured::latency_ms(double share) const {
  if (latencies.empty()) return 0;
  const auto rank = static_cast<std::size_t>(share * static_cast<double>(latencies.size() - 1) + 0.5);
  return static_cast<double>(latencies[rank].count()) / 1000;
}

std::expected<Measured, Failure> measure_batches(const BenchNode& node, SignedAhead& load,
                                                 const MeasureOptions& options) {
  return measure(node, options, [&](Tally& tally, std::size_t) { drive_batches(node, load, tally); });
}

std::expected<Measured, Failure> measure_json(const BenchNode& node, const LoadAccounts& accounts,
                                              const MeasureOptions& options) {
  return measure(node, options, [&](Tally& tally, std::size_t driver) {
    const auto client = node.client();
    // No two drivers share an account: a nonce that the node fills in is for one sender at a time.
    std::vector<std::size_t> own;
    for (auto account = driver; account < accounts.size(); account += options.in_flight)
      own.push_back(account);
    for (std::size_t first = 0; !own.empty() && !tally.over();) {
      const auto some = std::span{own}.subspan(first, std::min(keys_of_a_client, own.size() - first));
      if (auto done = send_and_await(client, accounts, some, tally); !done)
        return tally.give_up(done.error());
      first = (first + some.size()) % own.size();
    }
  });
}

}  // namespace mnrt::runtime
