#include "runtime/cli/bench/batches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "messages/transaction_codec.hpp"
#include "policies/limits.hpp"
#include "runtime/gateway/batch.hpp"
#include "runtime/gateway/json.hpp"

namespace mnrt::runtime {

using namespace std::chrono_literals;

namespace {

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

}  // namespace

ApiRequest batch_request(const std::string& body, std::chrono::seconds wait) {
  ApiRequest request;
  request.method = "POST";
  request.target = "/api/v1/transactions/batch";
  request.headers = {{"Content-Type", "application/octet-stream"}, {"Accept", "application/octet-stream"}};
  if (wait > 0s) request.headers.emplace_back("Prefer", fmt::format("wait={}", wait / 1s));
  request.body = body;
  request.deadline = 2 * request_wait;
  return request;
}

std::expected<BatchOutcome, std::string> settle(const ApiClient& client, const Batch& batch,
                                                const std::function<bool()>& again) {
  const auto request = batch_request(batch.body, request_wait);
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

std::expected<LoadTerms, Failure> load_terms(const NodeClient& node) {
  auto network = node.get("/api/v1/network");
  if (!network) return std::unexpected(network.error());
  const auto chain_id = digest_from(text_of(*network, "chain_id"), "blake3");
  if (!chain_id) return std::unexpected(Failure{ExitCode::failed, "the node's answer lacks chain_id", ""});
  // A thousandth of what an account gets: a transfer's fee is far below, whatever the base fee starts with.
  return LoadTerms{*chain_id, {policies::whole_ppb / 10'000}};
}

std::expected<void, Failure> fund(const ApiClient& client, const policies::SigningKey& owner,
                                  const LoadAccounts& accounts, const LoadTerms& terms,
                                  const Output& output) {
  constexpr policies::Amount each{policies::whole_ppb / 10};  // a tenth of an FLX
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
    if (!outcome) return std::unexpected(Failure{ExitCode::failed, outcome.error(), ""});
    height = {outcome->height};
    output.progress(fmt::format("{} of {} accounts have means", account, accounts.size()));
  }
  return {};
}

}  // namespace mnrt::runtime
