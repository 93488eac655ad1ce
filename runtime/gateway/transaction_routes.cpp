#include <algorithm>
#include <array>

#include "messages/genesis_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/ledger/fees.hpp"
#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/batch.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

namespace limits = policies::limits;
using namespace actors::api;

constexpr std::uint64_t expiry_blocks_default = 500;
constexpr std::string_view octets = "application/octet-stream";
/// Of base64 in JSON; what is above a transaction's size and below this is refused as that.
constexpr std::size_t json_frame_bytes_max = 2 * limits::transaction_bytes_max;

bool is_octets(const HttpRequest& request) {
  const auto type = request.header("content-type");
  return equal_ignoring_case(type.substr(0, type.find(';')), octets);
}

std::shared_ptr<const policies::Bytes> shared(policies::Bytes bytes) {
  return std::make_shared<const policies::Bytes>(std::move(bytes));
}

// --- frames in
// -------------------------------------------------------------------------------------------------------

std::vector<policies::KeySignature> signatures_from(ObjectReader& reader) {
  std::vector<policies::KeySignature> all;
  for (const auto* member : reader.list("signatures", limits::signatures_max)) {
    ObjectReader inner(*member, "signatures");
    policies::KeySignature one;
    one.key = inner.public_key("key");
    const auto signature = signature_from_hex(inner.text("signature"));
    if (!signature) inner.fail("`signature` must be 128 hexadecimal characters.");
    one.signature = signature.value_or(policies::Signature{});
    if (auto error = inner.error()) reader.fail(*error);
    all.push_back(one);
  }
  std::ranges::sort(all, {}, &policies::KeySignature::key);
  if (std::ranges::adjacent_find(all, {}, &policies::KeySignature::key) != all.end())
    reader.fail("Two signatures are of one key.");
  return all;
}

/// Signatures of the right number and keys, all zeros: what counts and costs like the real ones where nobody
/// verifies. An account that is not open yet and gives no policy is taken as one of a single, unknown key.
std::vector<policies::KeySignature> stand_ins(const actors::LedgerView& view,
                                              const policies::Transaction& body) {
  std::optional<policies::KeyPolicy> policy = body.opening_policy;
  if (const auto row = view.row(policies::account_key(body.sender)); row && *row)
    if (const auto* account = std::get_if<policies::AccountRow>(&**row); account != nullptr && account->keys)
      policy = account->keys;
  if (!policy) return {policies::KeySignature{}};
  std::vector<policies::KeySignature> all;
  for (std::size_t i = 0; i < policy->keys.size() && i < policy->threshold; ++i)
    all.push_back({policy->keys[i], {}});
  return all;
}

/// The frame of a body that nobody has signed yet.
std::expected<policies::Bytes, HttpResponse> unsigned_frame(const actors::LedgerView& view,
                                                            policies::ByteView body) {
  const policies::KeySignature one{};
  const auto decoded = messages::decode_transaction(messages::encode_envelope(body, std::span{&one, 1}));
  if (!decoded) return std::unexpected(problem_of(messages::refusal_of(decoded.error())));
  return messages::encode_envelope(body, stand_ins(view, (*decoded)->body));
}

/// The frame of a body: octets, `{"frame"}`, or `{"body", "signatures"}`; without signatures where a `view`
/// is given.
std::expected<std::shared_ptr<const policies::Bytes>, HttpResponse> frame_from(
    const HttpRequest& request, const actors::LedgerView* view) {
  if (is_octets(request)) {
    if (request.body.empty()) return std::unexpected(bad_request("The body is empty.", "malformed"));
    if (request.body.size() > limits::transaction_bytes_max)
      return std::unexpected(problem_of(policies::Refusal::too_large));
    return shared({request.body.begin(), request.body.end()});
  }
  const auto json = json_body(request);
  if (!json) return std::unexpected(json.error());
  ObjectReader reader(*json);
  policies::Bytes frame;
  if (reader.has("frame")) {
    frame = reader.base64("frame", json_frame_bytes_max);
  } else {
    const auto body = reader.base64("body", json_frame_bytes_max);
    const bool is_signed = view == nullptr || reader.has("signatures");
    const auto signatures = is_signed ? signatures_from(reader) : std::vector<policies::KeySignature>{};
    if (auto error = reader.error()) return std::unexpected(bad_request(*error));
    if (body.size() > limits::transaction_bytes_max)
      return std::unexpected(problem_of(policies::Refusal::too_large));
    auto made = is_signed ? messages::encode_envelope(body, signatures) : unsigned_frame(*view, body);
    if (!made) return std::unexpected(made.error());
    frame = std::move(*made);
  }
  if (auto error = reader.error()) return std::unexpected(bad_request(*error));
  if (frame.size() > limits::transaction_bytes_max)
    return std::unexpected(problem_of(policies::Refusal::too_large));
  return shared(std::move(frame));
}

/// The transaction's id where it notarises and the disk budget is short: the node takes no such thing then.
std::optional<policies::Digest> refused_for_disk(const Backend& backend, const policies::Bytes& frame) {
  if (!backend.disk_is_short()) return std::nullopt;
  const auto decoded = messages::decode_transaction(frame);
  if (!decoded) return std::nullopt;  // refused by its own name further on
  for (const auto& operation : (*decoded)->body.operations)
    if (std::holds_alternative<policies::Notarise>(operation)) return (*decoded)->id;
  return std::nullopt;
}

/// Takes the frames that are refused for the disk budget out and gives their reports with their places, in
/// order.
std::vector<std::pair<std::size_t, StatusReport>> take_refused(const Backend& backend, Frames& frames) {
  std::vector<std::pair<std::size_t, StatusReport>> refused_ones;
  Frames others;
  for (std::size_t place = 0; place < frames.size(); ++place) {
    if (const auto id = refused_for_disk(backend, *frames[place]))
      refused_ones.emplace_back(place, StatusReport{.id = *id,
                                                    .status = TransactionStatus::refused,
                                                    .refusal = policies::Refusal::disk_budget});
    else
      others.push_back(std::move(frames[place]));
  }
  frames = std::move(others);
  return refused_ones;
}

void submit(Backend& backend, const Exchange& exchange, Answer answer) {
  auto frame = frame_from(*exchange.request, nullptr);
  if (!frame) return answer(frame.error());
  if (refused_for_disk(backend, **frame)) return answer(problem_of(policies::Refusal::disk_budget));
  const auto wait = wait_of(*exchange.request);
  backend.call(Submit{{std::move(*frame)}, wait}, wait, [answer = std::move(answer)](const Reply& reply) {
    const auto report = one_report(reply);
    answer(report ? submitted_response(*report) : report.error());
  });
}

void submit_batch(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto& request = *exchange.request;
  auto frames = frames_from(request.body);
  if (!frames) return answer(bad_request(frames.error(), "malformed_batch"));
  if (!request.loopback && !request.operator_)
    if (const auto seconds =
            backend.batch_transactions.take(request.peer, frames->size(), backend.loop().now()))
      return answer(problem_retry_after(Problem::too_many_requests, "batch_budget",
                                        "This address has used its budget of batched transactions.",
                                        seconds));
  const auto wait = wait_of(request);
  const bool records = request.accepts(octets);
  auto refused_ones = take_refused(backend, *frames);
  auto take = [answer = std::move(answer), refused_ones = std::move(refused_ones),
               records](const Reply& reply) {
    const auto* submitted = std::get_if<Submitted>(&reply);
    if (submitted == nullptr) return answer(one_report(reply).error());
    auto reports = submitted->reports;
    for (const auto& [place, report] : refused_ones)
      reports.insert(reports.begin() + static_cast<std::ptrdiff_t>(std::min(place, reports.size())), report);
    HttpResponse response;
    response.body = records ? to_records(reports) : to_results(reports);
    if (records) response.content_type = octets;
    answer(std::move(response));
  };
  if (frames->empty()) return take(Submitted{});
  backend.call(Submit{std::move(*frames), wait}, wait, std::move(take));
}

// --- simulate
// --------------------------------------------------------------------------------------------------------

Json outcome_json(const StatusReport& report) {
  const bool fine = report.refusal == policies::Refusal::none;
  return {{"id", digest_text("blake3", report.id)},
          {"would_succeed", fine},
          {"reason", fine ? Json(nullptr) : Json(policies::name_of(report.refusal))},
          {"operation", fine ? Json(nullptr) : Json(report.operation)},
          {"fee", policies::to_string(report.fee)}};
}

void simulate(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto view = backend.view();
  auto frame = frame_from(*exchange.request, &view);
  if (!frame) return answer(frame.error());
  backend.call(Simulate{std::move(*frame)}, {}, [answer = std::move(answer)](const Reply& reply) {
    const auto report = one_report(reply);
    if (!report) return answer(report.error());
    if (report->refusal == policies::Refusal::malformed ||
        report->refusal == policies::Refusal::unsupported_version)
      return answer(problem_of(report->refusal));
    answer(json_response(200, outcome_json(*report)));
  });
}

// --- prepare
// ---------------------------------------------------------------------------------------------------------

/// A transaction that is being made from JSON; what the caller left out is filled in step by step.
struct Draft {
  policies::Transaction body;
  bool has_nonce{};
  bool has_fee_limit{};
};

std::expected<Draft, HttpResponse> draft_from(Backend& backend, const HttpRequest& request) {
  const auto json = json_body(request);
  if (!json) return std::unexpected(json.error());
  const auto view = backend.view();
  const auto tip = tip_of(view);
  if (!tip) return std::unexpected(tip.error());
  const auto genesis = view.genesis();
  if (!genesis) return std::unexpected(problem_of(genesis.error()));
  ObjectReader reader(*json);
  Draft draft;
  auto& body = draft.body;
  if (*genesis) {
    body.protocol_version = (*genesis)->protocol_version;
    body.chain_id = messages::chain_id_of(**genesis);
  }
  body.sender = reader.address("sender");
  body.lane = static_cast<std::uint32_t>(reader.number_if("lane", UINT32_MAX).value_or(0));
  const auto nonce = reader.number_if("nonce");
  draft.has_nonce = nonce.has_value();
  body.nonce = nonce.value_or(0);
  const auto fee_limit = reader.amount_if("fee_limit");
  draft.has_fee_limit = fee_limit.has_value();
  body.fee_limit = fee_limit.value_or(policies::Amount{});
  body.priority = reader.amount_if("priority").value_or(policies::Amount{});
  body.expiry = {reader.number_if("expiry").value_or(tip->value + expiry_blocks_default)};
  for (const auto* member : reader.list("operations", limits::operations_max)) {
    ObjectReader inner(*member, "operations[" + std::to_string(body.operations.size()) + "]");
    body.operations.push_back(operation_from(inner));
    if (auto error = inner.error()) reader.fail(*error);
  }
  if (const auto* policy = reader.object_if("opening_policy")) {
    ObjectReader inner(*policy, "opening_policy");
    body.opening_policy = key_policy_from(inner);
    if (auto error = inner.error()) reader.fail(*error);
  }
  if (auto error = reader.error()) return std::unexpected(bad_request(*error));
  return draft;
}

HttpResponse prepared(const policies::Transaction& body) {
  const auto bytes = messages::encode_body(body);
  const auto signing = policies::signing_bytes(policies::Domain::transaction, body.chain_id, bytes);
  const auto id = policies::domain_hash(policies::Domain::transaction, body.chain_id, bytes);
  return json_response(200, {{"id", digest_text("blake3", id)},
                             {"body", policies::to_base64(bytes)},
                             {"signing", policies::to_base64(signing)},
                             {"transaction", json_of(body)}});
}

/// The fee is known before a transaction runs; a quarter more, because the base fee may move before its
/// block.
HttpResponse with_fee(Backend& backend, Draft draft) {
  const auto view = backend.view();
  policies::SignedTransaction whole{
      .body = draft.body, .id = {}, .signatures = stand_ins(view, draft.body), .frame = {}};
  whole.frame = shared(messages::encode_envelope(messages::encode_body(draft.body), whole.signatures));
  if (whole.bytes() > limits::transaction_bytes_max) return problem_of(policies::Refusal::too_large);
  if (draft.has_fee_limit) return prepared(draft.body);
  const auto row = view.row(policies::parameters_key());
  if (!row) return problem_of(row.error());
  const auto* parameters = *row ? std::get_if<policies::ParametersRow>(&**row) : nullptr;
  if (parameters == nullptr)
    return problem(Problem::internal, "state_incomplete", "The state lacks the chain's parameters.");
  const auto fee = policies::fee_needed(whole, parameters->values);
  const auto quarter = fee ? policies::share_rounded_up(*fee, {policies::whole_ppb / 4}) : policies::Amount{};
  const auto limit = fee ? policies::checked_add(*fee, quarter) : std::nullopt;
  if (!limit) return bad_request("`priority` is too large.");
  draft.body.fee_limit = *limit;
  return prepared(draft.body);
}

void prepare(Backend& backend, const Exchange& exchange, Answer answer) {
  auto draft = draft_from(backend, *exchange.request);
  if (!draft) return answer(draft.error());
  if (draft->has_nonce) return answer(with_fee(backend, std::move(*draft)));
  const NonceQuery query{draft->body.sender, draft->body.lane};
  backend.call(query, {},
               [&backend, draft = std::move(*draft), answer = std::move(answer)](const Reply& reply) mutable {
                 const auto* nonce = std::get_if<NonceReport>(&reply);
                 if (nonce == nullptr) return answer(one_report(reply).error());
                 draft.body.nonce = nonce->next;
                 answer(with_fee(backend, std::move(draft)));
               });
}

// --- one transaction
// -------------------------------------------------------------------------------------------------

/// A final transaction, whole where the node still has its block.
HttpResponse final_transaction(const HttpRequest& request, const actors::LedgerView& view,
                               const policies::Digest& id, const actors::TransactionRecord& record) {
  auto body = json_of(report_of(id, record));
  body["index"] = record.index;
  body["transaction"] = nullptr;
  body["signatures"] = nullptr;
  if (const auto block = view.block(record.height); block && *block) {
    body["time"] = policies::to_rfc3339((*block)->block->header.time);
    if (record.index < (*block)->block->transactions.size()) {
      const auto& transaction = *(*block)->block->transactions[record.index];
      body["transaction"] = json_of(transaction.body);
      auto signers = Json::array();
      for (const auto& signature : transaction.signatures)
        signers.push_back({{"key", policies::to_hex(signature.key.bytes)},
                           {"signature", policies::to_hex(signature.signature.bytes)}});
      body["signatures"] = std::move(signers);
    }
    return final_response(request, policies::to_hex(id.bytes), body);
  }
  return json_response(200, body);
}

void get_transaction(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto id = digest_from(exchange.captured.front(), "blake3");
  if (!id) return answer(bad_request("A transaction's id has 64 hexadecimal characters.", "malformed_id"));
  const auto view = backend.view();
  const auto record = view.transaction(*id);
  if (!record) return answer(problem_of(record.error()));
  if (*record) return answer(final_transaction(*exchange.request, view, *id, **record));
  const auto wait = wait_of(*exchange.request);
  backend.call(StatusQuery{*id, wait}, wait,
               [&backend, id = *id, exchange, answer = std::move(answer)](const Reply& reply) {
                 const auto report = one_report(reply);
                 if (!report) return answer(report.error());
                 if (report->status == TransactionStatus::unknown)
                   return answer(
                       problem(Problem::not_found, "transaction_unknown",
                               "The node knows no such transaction: it was never here, or was pending and is "
                               "gone after a restart. Sending the same bytes again is safe."));
                 const auto view = backend.view();
                 const auto record = view.transaction(id);
                 if (record && *record)
                   return answer(final_transaction(*exchange.request, view, id, **record));
                 answer(json_response(200, json_of(*report)));
               });
}

// --- the table
// -------------------------------------------------------------------------------------------------------

constexpr std::array table{
    Route{.method = Method::post,
          .path = "/api/v1/transactions",
          .operation = "submit_transaction",
          .body = Body::frame,
          .request = "SignedTransaction",
          .response = "TransactionStatus",
          .sheds = true,
          .handler = submit},
    Route{.method = Method::post,
          .path = "/api/v1/transactions/batch",
          .operation = "submit_batch",
          .body = Body::frames,
          .response = "BatchResults",
          .sheds = true,
          .handler = submit_batch},
    Route{.method = Method::post,
          .path = "/api/v1/transactions/prepare",
          .operation = "prepare_transaction",
          .body = Body::json,
          .request = "TransactionDraft",
          .response = "PreparedTransaction",
          .handler = prepare},
    Route{.method = Method::post,
          .path = "/api/v1/transactions/simulate",
          .operation = "simulate_transaction",
          .body = Body::frame,
          .request = "SimulatedTransaction",
          .response = "Simulation",
          .handler = simulate},
    Route{.method = Method::get,
          .path = "/api/v1/transactions/{id}",
          .operation = "get_transaction",
          .response = "Transaction",
          .handler = get_transaction},
};

}  // namespace

std::span<const Route> transaction_routes() {
  return table;
}

}  // namespace mnrt::runtime
