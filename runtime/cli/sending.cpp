#include "runtime/cli/sending.hpp"

#include <fmt/format.h>

#include <charconv>
#include <thread>

#include "messages/transaction_codec.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/fees.hpp"
#include "policies/ledger/parameters.hpp"
#include "runtime/cli/wallets.hpp"
#include "runtime/gateway/json.hpp"

namespace mnrt::runtime {

using namespace std::chrono_literals;
using policies::Transaction;

namespace {

Failure not_understood(std::string_view what) {
  return {ExitCode::failed, fmt::format("the node's answer lacks {}; is it of another version?", what),
          "not_understood"};
}

std::expected<policies::Parameters, Failure> parameters_of(const NodeClient& node) {
  auto answer = node.get("/api/v1/parameters");
  if (!answer) return std::unexpected(answer.error());
  auto parameters = policies::default_parameters();
  const auto items = answer->value("items", Json::array());
  for (const auto& item : items) {
    auto parameter = policies::parameter_from_name(text_of(item, "name"));
    auto text = text_of(item, "value");
    std::uint64_t value{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parameter && error == std::errc{}) parameters[static_cast<std::size_t>(*parameter)].value = value;
  }
  return parameters;
}

/// A body with all but its fee limit.
std::expected<Transaction, Failure> draft(const NodeClient& node, const policies::PublicKey& key,
                                          const SendOrder& order) {
  Transaction body;
  body.sender = address_of_key(key);
  body.operations = order.operations;
  auto network = node.get("/api/v1/network");
  if (!network) return std::unexpected(network.error());
  auto chain_id = digest_from(text_of(*network, "chain_id"), "blake3");
  if (!chain_id) return std::unexpected(not_understood("chain_id"));
  body.chain_id = *chain_id;
  constexpr std::uint64_t expiry_blocks = 500;
  body.expiry = policies::Height{number_of(*network, "height")} + expiry_blocks;
  auto account = node.get("/api/v1/accounts/" + to_bech32m(body.sender));
  if (!account) return std::unexpected(account.error());
  if (!account->contains("next_nonce")) return std::unexpected(not_understood("next_nonce"));
  body.nonce = number_of(*account, "next_nonce");
  return body;
}

/// The fee is known before a transaction runs; a quarter more, because the base fee may move before its
/// block.
std::expected<policies::Amount, Failure> fee_limit_for(const NodeClient& node,
                                                       const policies::SigningKey& key, Transaction body) {
  auto parameters = parameters_of(node);
  if (!parameters) return std::unexpected(parameters.error());
  body.fee_limit = {policies::whole_ppb};  // not zero, so that the frame has its full length
  auto whole = messages::sign_transaction(body, {&key, 1});
  auto fee = policies::fee_needed(*whole, *parameters);
  auto limit = fee ? checked_add(*fee, share_rounded_up(*fee, {policies::whole_ppb / 4})) : std::nullopt;
  if (!limit) return std::unexpected(Failure{ExitCode::failed, "the fee exceeds any amount", ""});
  return *limit;
}

ApiRequest post_of(const policies::SignedTransaction& transaction) {
  ApiRequest request;
  request.method = "POST";
  request.target = "/api/v1/transactions";
  request.headers.emplace_back("Content-Type", "application/octet-stream");
  request.body.assign(transaction.frame->begin(), transaction.frame->end());
  return request;
}

/// The chain's or the node's no, as a failure that names the reason.
std::expected<Json, Failure> judged(Json status) {
  auto state = text_of(status, "status");
  auto reason = text_of(status, "reason");
  if (state == "expired")
    return std::unexpected(
        Failure{ExitCode::refused, "the transaction expired before a block took it", "expired"});
  if (state == "refused" || !reason.empty())
    return std::unexpected(Failure{
        ExitCode::refused, fmt::format("refused: {}", reason.empty() ? "no reason given" : reason), reason});
  return status;
}

}  // namespace

std::expected<Json, Failure> wait_for_final(const NodeClient& node, const std::string& id,
                                            const std::function<std::expected<void, Failure>()>& again) {
  constexpr auto pause = 300ms;
  constexpr auto one_wait_s = 10;
  while (node.left() > pause) {
    ApiRequest request;
    request.target = "/api/v1/transactions/" + percent_encoded(id);
    auto seconds = std::min<std::int64_t>(one_wait_s, node.left() / 1s);
    request.headers.emplace_back("Prefer", fmt::format("wait={}", seconds));
    auto answer = node.call(std::move(request));
    if (answer && text_of(answer->body, "status") != "pending") return judged(std::move(answer->body));
    if (!answer && answer.error().exit == ExitCode::timed_out) break;
    if (!answer && answer.error().exit == ExitCode::refused) return std::unexpected(answer.error());
    if (!answer && answer.error().code == "transaction_unknown")
      if (auto posted = again(); !posted && posted.error().exit == ExitCode::refused)
        return std::unexpected(posted.error());
    // A node that waits for us answers late; one that doesn't, or that is restarting, is asked again after a
    // pause.
    if (!answer || seconds == 0) std::this_thread::sleep_for(pause);
  }
  return std::unexpected(
      Failure{ExitCode::timed_out,
              fmt::format("{} isn't final yet and may still become so; look with: mnrt tx show {}", id, id),
              "timed_out"});
}

std::expected<Json, Failure> send_operations(const NodeClient& node, const policies::SigningKey& key,
                                             const SendOrder& order, const Output& output) {
  auto body = draft(node, key.public_key(), order);
  if (!body) return std::unexpected(body.error());
  if (order.fee_limit) {
    body->fee_limit = *order.fee_limit;
  } else {
    auto limit = fee_limit_for(node, key, *body);
    if (!limit) return std::unexpected(limit.error());
    body->fee_limit = *limit;
  }
  auto transaction = messages::sign_transaction(*body, {&key, 1});
  auto id = policies::to_hex(transaction->id.bytes);
  // Said before it is sent: whoever interrupts from here on can still find out what became of it.
  output.progress(fmt::format("transaction {} (fee at most {} FLX)", id, to_decimal(body->fee_limit)));
  auto post = [&]() -> std::expected<void, Failure> {
    auto posted = node.call(post_of(*transaction));
    if (!posted) return std::unexpected(posted.error());
    return {};
  };
  auto posted = node.call(post_of(*transaction));
  if (!posted) {
    bool unknown_effect = order.wait && posted.error().exit == ExitCode::unreachable && node.left() > 1s;
    if (!unknown_effect) return std::unexpected(posted.error());
  }
  if (!order.wait) return judged(std::move(posted->body));
  Spinner spinner(output, "waiting until it is final");
  return wait_for_final(node, id, post);
}

}  // namespace mnrt::runtime
