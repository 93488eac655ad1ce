#include "runtime/cli/bench/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <functional>
#include <thread>

#include "messages/transaction_codec.hpp"
#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "runtime/cli/json.hpp"
#include "runtime/gateway/batch.hpp"

namespace mnrt::runtime {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr auto request_wait = 30s;

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
      samples.push_back(verify_us(200));
    std::ranges::sort(samples);
    return samples.empty() ? 0 : samples[samples.size() / 2];
  }
  void enter(Phase phase) {
    std::lock_guard lock(mutex_);
    if (phase_ != Phase::over) phase_ = phase;
  }

  mutable std::mutex mutex_;
  Phase phase_{Phase::warm_up};
  Measured result_;
  std::string trouble_;
};

struct BatchOutcome {
  std::uint64_t height{};
  std::size_t final{};
  std::string refused;  ///< the first that was refused for good
};

/// Whether the same bytes may be taken later: the node, or the account's place in it, was full.
bool may_pass_later(policies::Refusal refusal) {
  using policies::Refusal;
  return refusal == Refusal::none || refusal == Refusal::busy || refusal == Refusal::pool_full ||
         refusal == Refusal::sender_queue_full || refusal == Refusal::nonce_too_far_ahead;
}

BatchOutcome outcome_of(std::string_view records) {
  using actors::api::TransactionStatus;
  BatchOutcome outcome;
  for (const auto& report : reports_from(records)) {
    if (report.height) outcome.height = std::max(outcome.height, report.height->value);
    if (report.status == TransactionStatus::final && report.refusal == policies::Refusal::none)
      ++outcome.final;
    if (report.status != TransactionStatus::pending && !may_pass_later(report.refusal) &&
        outcome.refused.empty())
      outcome.refused = policies::name_of(report.refusal);
  }
  return outcome;
}

ApiRequest batch_request(const std::string& body) {
  ApiRequest request;
  request.method = "POST";
  request.target = "/api/v1/transactions/batch";
  request.headers = {{"Content-Type", "application/octet-stream"},
                     {"Accept", "application/octet-stream"},
                     {"Prefer", fmt::format("wait={}", request_wait / 1s)}};
  request.body = body;
  request.deadline = 2 * request_wait;
  return request;
}

/// Posts until all of it is final: what the node refuses for now is sent again. The same bytes never count
/// twice.
std::expected<BatchOutcome, std::string> settle(const ApiClient& client, const Batch& batch,
                                                const std::function<bool()>& again) {
  const auto request = batch_request(batch.body);
  for (int attempts = 0; attempts < 1'000; ++attempts) {
    auto answer = client.call(request);
    if (!answer) return std::unexpected(answer.error().text);
    if (answer->status == 200) {
      auto outcome = outcome_of(answer->body);
      if (!outcome.refused.empty())
        return std::unexpected("the node refused a transaction: " + outcome.refused);
      if (outcome.final == batch.transactions) return outcome;
    } else if (answer->status != 429 && answer->status != 503) {
      return std::unexpected(fmt::format("the node answered {}: {}", answer->status, answer->body));
    }
    if (!again()) return BatchOutcome{};
    std::this_thread::sleep_for(20ms);
  }
  return std::unexpected("a batch isn't final after 1,000 attempts");
}

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

/// One transaction through JSON alone; the height it became final at.
std::expected<void, std::string> send_json(const ApiClient& client, const LoadAccounts& accounts,
                                           std::size_t account) {
  auto post = [&client](std::string target, const Json& body) -> std::expected<Json, std::string> {
    ApiRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.headers = {{"Content-Type", "application/json"}, {"Prefer", "wait=30"}};
    request.body = body.dump();
    auto answer = client.call(request);
    if (!answer) return std::unexpected(answer.error().text);
    auto json = Json::parse(answer->body, nullptr, false);
    if (answer->status >= 300 || json.is_discarded())
      return std::unexpected(fmt::format("the node answered {}: {}", answer->status, answer->body));
    return json;
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
  if (text_of(*status, "status") != "final") return std::unexpected("not final: " + status->dump());
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

double verify_us(unsigned count) {
  const policies::SigningKey key{policies::SecretSeed{{}}};
  const policies::Bytes message(200);
  const auto signature = key.sign(message);
  const auto cpu = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
  };
  const auto start = cpu();
  unsigned good = 0;
  for (unsigned i = 0; i < count; ++i) good += policies::verify(key.public_key(), message, signature);
  return good == count ? (cpu() - start) / count : 0;
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
    for (auto account = driver; !tally.over(); account = (account + options.in_flight) % accounts.size()) {
      const auto start = Clock::now();
      if (auto sent = send_json(client, accounts, account); !sent) return tally.give_up(sent.error());
      tally.count(1, start);
    }
  });
}

std::expected<void, Failure> fund(const BenchNode& node, const policies::SigningKey& owner,
                                  const LoadAccounts& accounts, const LoadTerms& terms,
                                  const Output& output) {
  constexpr policies::Amount each{policies::whole_ppb / 10};  // a tenth of an FLX
  const auto client = node.client();
  const auto sender = policies::address_of(policies::single_key(owner.public_key()));
  std::uint64_t nonce{};
  policies::Height height{};
  for (std::size_t account = 0; account < accounts.size();) {
    // The next transactions of one account may be at most so many.
    Batch batch;
    while (account < accounts.size() && batch.transactions < policies::limits::nonce_gap_max) {
      policies::Transaction body;
      body.chain_id = terms.chain_id;
      body.sender = sender;
      body.nonce = nonce++;
      body.fee_limit = {terms.fee_limit.units * policies::limits::operations_max};
      body.expiry = height + policies::limits::expiry_blocks_max;
      for (; account < accounts.size() && body.operations.size() < policies::limits::operations_max;
           ++account)
        body.operations.push_back(policies::Transfer{accounts.address(account), policies::Token::flx, each});
      append_frame(batch.body, *messages::sign_transaction(body, {&owner, 1})->frame);
      ++batch.transactions;
    }
    auto outcome = settle(client, batch, [] { return true; });
    if (!outcome) return std::unexpected(failed(outcome.error()));
    height = {outcome->height};
    output.progress(fmt::format("{} of {} accounts have means", account, accounts.size()));
  }
  return {};
}

}  // namespace mnrt::runtime
