#include <algorithm>
#include <array>
#include <set>

#include "messages/genesis_codec.hpp"
#include "messages/keys.hpp"
#include "messages/trust_codec.hpp"
#include "policies/limits.hpp"
#include "policies/notary/leaf.hpp"
#include "policies/notary/log.hpp"
#include "policies/notary/receipt.hpp"
#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

namespace limits = policies::limits;
using namespace actors::api;
using actors::LedgerView;
using policies::Digest;

constexpr std::size_t batch_digests_max = 1'000;

/// A notarisation is the k-th one of its transaction.
struct NotarisationId {
  Digest transaction;
  std::size_t place{};
};

std::optional<NotarisationId> id_from(std::string_view text) {
  const auto dash = text.rfind('-');
  const auto digest = digest_from(text.substr(0, dash), "blake3");
  if (!digest) return std::nullopt;
  if (dash == std::string_view::npos) return NotarisationId{*digest, 0};
  const auto place = number_from(text.substr(dash + 1));
  if (!place || *place >= limits::operations_max) return std::nullopt;
  return NotarisationId{*digest, *place};
}

std::string text_of(const NotarisationId& id) {
  return policies::to_hex(id.transaction.bytes) + "-" + std::to_string(id.place);
}

// --- one notarisation as JSON
// ----------------------------------------------------------------------------------------

std::string assurance_now(const LedgerView& view) {
  std::set<policies::Address> operators;
  if (const auto row = view.row(policies::validators_key()); row && *row)
    if (const auto* set = std::get_if<policies::ValidatorsRow>(&**row))
      for (const auto& seat : set->validators) operators.insert(seat.operated_by);
  return policies::assurance_text(operators.size());
}

Json notarisation_json(const NotarisationId& id, const StatusReport& report) {
  const bool in_log = report.refusal == policies::Refusal::none && id.place < report.leaves.size();
  return {{"id", text_of(id)},
          {"transaction", digest_text("blake3", id.transaction)},
          {"status", name_of(report.status)},
          {"reason", report.refusal == policies::Refusal::none ? Json(nullptr)
                                                               : Json(policies::name_of(report.refusal))},
          {"digest", nullptr},
          {"label_hash", nullptr},
          {"height", report.height ? Json(report.height->value) : Json(nullptr)},
          {"time", nullptr},
          {"leaf", in_log ? Json(report.leaves[id.place]) : Json(nullptr)},
          {"assurance", nullptr},
          {"receipt", in_log ? Json("/api/v1/notarizations/" + text_of(id) + "/receipt") : Json(nullptr)}};
}

actors::Read<std::optional<policies::Leaf>> leaf_at(const LedgerView& view, std::uint64_t index) {
  const auto row = view.snapshot().get(messages::Table::log, policies::log_leaf_key(index));
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  const auto leaf = policies::leaf_from_text({reinterpret_cast<const char*>((*row)->data()), (*row)->size()});
  if (!leaf)
    return std::unexpected(actors::StoreError{
        actors::StoreError::Kind::corrupted, "Leaf " + std::to_string(index) + " of the log can't be read."});
  return leaf;
}

/// Adds what the log's leaf says.
std::optional<HttpResponse> add_leaf(const LedgerView& view, Json& json) {
  if (json["leaf"].is_null()) return std::nullopt;
  const auto leaf = leaf_at(view, json["leaf"].get<std::uint64_t>());
  if (!leaf) return problem_of(leaf.error());
  if (!*leaf) return std::nullopt;
  json["digest"] = digest_text("sha256", (*leaf)->document);
  if ((*leaf)->label_hash != Digest{}) json["label_hash"] = digest_text("sha256", (*leaf)->label_hash);
  json["time"] = policies::to_rfc3339((*leaf)->time);
  json["assurance"] = assurance_now(view);
  return std::nullopt;
}

// --- making
// ----------------------------------------------------------------------------------------------------------

NotariseDigests::Item item_from(ObjectReader& reader) {
  NotariseDigests::Item item;
  item.document = reader.digest("digest", "sha256");
  item.label_hash = reader.digest_if("label_hash", "sha256").value_or(Digest{});
  return item;
}

/// The quota of callers without the token: the node's account pays.
std::optional<HttpResponse> over_quota(Backend& backend, const HttpRequest& request, std::size_t count) {
  if (request.operator_) return std::nullopt;
  const auto seconds = backend.notarisations.take("all", count, backend.loop().now());
  if (seconds == 0) return std::nullopt;
  return problem_retry_after(
      Problem::too_many_requests, "notarisation_quota",
      "This node has paid for as many notarisations as it does in a minute. With the operator's "
      "token there is no quota.",
      seconds);
}

/// The reports cover 64 items each, in order.
Json items_json(const LedgerView& view, const std::vector<NotariseDigests::Item>& items,
                const std::vector<StatusReport>& reports) {
  auto all = Json::array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& report = reports[i / limits::operations_max];
    auto json = notarisation_json({report.id, i % limits::operations_max}, report);
    json["digest"] = digest_text("sha256", items[i].document);
    if (items[i].label_hash != Digest{}) json["label_hash"] = digest_text("sha256", items[i].label_hash);
    if (!json["leaf"].is_null()) add_leaf(view, json);
    all.push_back(std::move(json));
  }
  return all;
}

bool is_settled(const StatusReport& report) {
  return report.height.has_value();
}
bool is_turned_away(const StatusReport& report) {
  return !report.height &&
         (report.status == TransactionStatus::refused || report.status == TransactionStatus::expired);
}

void notarise(Backend& backend, const Exchange& exchange, std::vector<NotariseDigests::Item> items,
              bool batch, Answer answer) {
  if (auto refused = over_quota(backend, *exchange.request, items.size())) return answer(std::move(*refused));
  const auto wait = wait_of(*exchange.request);
  backend.call(
      NotariseDigests{items, wait}, wait,
      [&backend, items, batch, answer = std::move(answer)](const Reply& reply) {
        const auto* submitted = std::get_if<Submitted>(&reply);
        if (submitted == nullptr) return answer(one_report(reply).error());
        const auto& reports = submitted->reports;
        if (reports.size() != (items.size() + limits::operations_max - 1) / limits::operations_max)
          return answer(problem(Problem::internal, "internal", "The node lost count of its transactions."));
        if (std::ranges::all_of(reports, is_turned_away)) {
          const auto why = reports.front().refusal;
          return answer(problem_of(why == policies::Refusal::none ? policies::Refusal::expired : why));
        }
        const unsigned status = std::ranges::all_of(reports, is_settled) ? 200 : 202;
        auto all = items_json(backend.view(), items, reports);
        if (batch) return answer(json_response(status, {{"items", std::move(all)}}));
        auto response = json_response(status, all.front());
        response.headers.emplace_back("Location",
                                      "/api/v1/notarizations/" + all.front()["id"].get<std::string>());
        answer(std::move(response));
      });
}

void create_one(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto json = json_body(*exchange.request);
  if (!json) return answer(json.error());
  ObjectReader reader(*json);
  const auto item = item_from(reader);
  if (auto error = reader.error()) return answer(bad_request(*error));
  notarise(backend, exchange, {item}, false, std::move(answer));
}

void create_batch(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto json = json_body(*exchange.request);
  if (!json) return answer(json.error());
  ObjectReader reader(*json);
  std::vector<NotariseDigests::Item> items;
  for (const auto* member : reader.list("items", batch_digests_max)) {
    ObjectReader inner(*member, "items[" + std::to_string(items.size()) + "]");
    items.push_back(item_from(inner));
    if (auto error = inner.error()) reader.fail(*error);
  }
  if (auto error = reader.error()) return answer(bad_request(*error));
  notarise(backend, exchange, std::move(items), true, std::move(answer));
}

// --- reading
// ---------------------------------------------------------------------------------------------------------

HttpResponse no_such_notarisation() {
  return problem(Problem::not_found, "notarisation_unknown", "The node knows no such notarisation.");
}

HttpResponse malformed_id() {
  return bad_request(
      "A notarisation's id is its transaction's 64 hexadecimal characters, `-`, and its place.",
      "malformed_id");
}

HttpResponse final_notarisation(const HttpRequest& request, const LedgerView& view, const NotarisationId& id,
                                const actors::TransactionRecord& record) {
  const auto report = report_of(id.transaction, record);
  if (report.refusal == policies::Refusal::none && id.place >= report.leaves.size())
    return no_such_notarisation();
  auto json = notarisation_json(id, report);
  if (auto wrong = add_leaf(view, json)) return std::move(*wrong);
  return final_response(request, text_of(id), json);
}

void get_one(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto id = id_from(exchange.captured.front());
  if (!id) return answer(malformed_id());
  const auto view = backend.view();
  const auto record = view.transaction(id->transaction);
  if (!record) return answer(problem_of(record.error()));
  if (*record) return answer(final_notarisation(*exchange.request, view, *id, **record));
  const auto wait = wait_of(*exchange.request);
  backend.call(StatusQuery{id->transaction, wait}, wait,
               [&backend, id = *id, exchange, answer = std::move(answer)](const Reply& reply) {
                 const auto report = one_report(reply);
                 if (!report) return answer(report.error());
                 if (report->status == TransactionStatus::unknown) return answer(no_such_notarisation());
                 const auto view = backend.view();
                 const auto record = view.transaction(id.transaction);
                 if (record && *record)
                   return answer(final_notarisation(*exchange.request, view, id, **record));
                 answer(json_response(200, notarisation_json(id, *report)));
               });
}

/// All of a document, newest first.
HttpResponse list_by_digest(Backend& backend, const HttpRequest& request) {
  const auto page = page_of(request, {"digest"});
  if (!page) return page.error();
  const auto written = request.parameter("digest");
  const auto digest = written ? digest_from(*written, "sha256") : std::nullopt;
  if (!digest) return bad_request("`digest` must be `sha256:` and 64 hexadecimal characters.");
  auto from = policies::log_document_key(*digest, 0);
  auto to = policies::log_document_key(*digest, UINT64_MAX);
  if (page->cursor) {
    const auto below = numbers_from_cursor(*page->cursor, 1);
    if (!below) return bad_request("`cursor` isn't one of this list.", "bad_cursor");
    to = policies::log_document_key(*digest, below->front());
  }
  const auto view = backend.view();
  const auto found = view.snapshot().scan(messages::Table::log, from, to, page->limit, true);
  if (!found) return problem_of(found.error());
  auto items = Json::array();
  std::uint64_t last{};
  for (const auto& row : *found) {
    const policies::ByteView key{row.key.data(), row.key.size()};
    const auto index = messages::decode_number(key.last(sizeof(std::uint64_t)));
    if (!index) return problem(Problem::internal, "store_corrupted", "The log's index can't be read.");
    last = *index;
    const auto leaf = leaf_at(view, last);
    if (!leaf) return problem_of(leaf.error());
    if (!*leaf) continue;
    const auto record = view.transaction((*leaf)->transaction);
    if (!record) return problem_of(record.error());
    if (!*record) continue;
    const auto& leaves = (*record)->outcome.leaves;
    const auto place = static_cast<std::size_t>(std::ranges::find(leaves, last) - leaves.begin());
    auto json = notarisation_json({(*leaf)->transaction, place}, report_of((*leaf)->transaction, **record));
    if (auto wrong = add_leaf(view, json)) return std::move(*wrong);
    items.push_back(std::move(json));
  }
  if (found->size() < page->limit) return page_response(request, std::move(items), std::nullopt);
  return page_response(request, std::move(items), std::to_string(last));
}

// --- receipts
// --------------------------------------------------------------------------------------------------------

HttpResponse receipt_response(const HttpRequest& request, const ReceiptFiles& files) {
  const auto part = request.parameter("part");
  HttpResponse response;
  if (part == "trust" || (!part && request.accepts("application/vnd.mnrt.trust"))) {
    response.content_type = "application/vnd.mnrt.trust";
    response.body = files.trust;
  } else if (part == "proof" || (!part && request.accepts("text/plain"))) {
    response.content_type = "text/plain; charset=utf-8";
    response.body = files.proof;
  } else {
    response = json_response(200, {{"proof", files.proof}, {"trust", files.trust}});
  }
  return response;
}

void get_receipt(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto& request = *exchange.request;
  if (auto unknown = unknown_parameter(request, {"part"})) return answer(std::move(*unknown));
  const auto part = request.parameter("part");
  if (part && part != "proof" && part != "trust") return answer(bad_request("`part` is `proof` or `trust`."));
  const auto id = id_from(exchange.captured.front());
  if (!id) return answer(malformed_id());
  const auto record = backend.view().transaction(id->transaction);
  if (!record) return answer(problem_of(record.error()));
  if (!*record)
    return answer(
        problem(Problem::not_found, "not_final", "There is no receipt before the notarisation is final."));
  const auto& outcome = (*record)->outcome;
  if (outcome.refusal != policies::Refusal::none || id->place >= outcome.leaves.size())
    return answer(no_such_notarisation());
  backend.call(ReceiptQuery{outcome.leaves[id->place]}, {},
               [exchange, answer = std::move(answer)](const Reply& reply) {
                 const auto* files = std::get_if<ReceiptFiles>(&reply);
                 if (files == nullptr) return answer(one_report(reply).error());
                 answer(receipt_response(*exchange.request, *files));
               });
}

/// The newest checkpoint that the validators signed, from the receipt of the newest leaf.
void get_checkpoint(Backend& backend, const Exchange&, Answer answer) {
  const auto row = backend.view().row(policies::log_key());
  if (!row) return answer(problem_of(row.error()));
  const auto* log = *row ? std::get_if<policies::LogRow>(&**row) : nullptr;
  if (log == nullptr || log->size == 0)
    return answer(
        problem(Problem::not_found, "log_empty", "Nothing was notarised yet: there is no checkpoint."));
  backend.call(ReceiptQuery{log->size - 1}, {}, [answer = std::move(answer)](const Reply& reply) {
    const auto* files = std::get_if<ReceiptFiles>(&reply);
    if (files == nullptr) return answer(one_report(reply).error());
    const auto receipt = policies::receipt_from_text(files->proof);
    if (!receipt)
      return answer(problem(Problem::internal, "internal", "The node made a receipt that it can't read."));
    HttpResponse response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = policies::to_text(receipt->checkpoint);
    answer(std::move(response));
  });
}

// --- verifying
// -------------------------------------------------------------------------------------------------------

HttpResponse verify(Backend& backend, const HttpRequest& request) {
  const auto json = json_body(request);
  if (!json) return json.error();
  ObjectReader reader(*json);
  const auto document = reader.digest("digest", "sha256");
  const auto receipt = reader.text("receipt");
  const auto trust_text = reader.text_if("trust");
  auto root = reader.digest_if("genesis", "blake3");
  if (auto error = reader.error()) return bad_request(*error);
  if (!root) {
    const auto genesis = backend.view().genesis();
    if (!genesis) return problem_of(genesis.error());
    if (*genesis) root = messages::chain_id_of(**genesis);
  }
  std::optional<policies::Trust> trust;
  if (trust_text)
    if (const auto frame = policies::trust_frame(*trust_text))
      if (auto decoded = messages::decode_trust(*frame)) trust = std::move(*decoded);
  const auto check = policies::verify_receipt(
      {.document = document, .receipt = receipt, .trust = trust ? &*trust : nullptr, .root = root});
  return json_response(200, {{"valid", check.verdict == policies::ReceiptVerdict::valid},
                             {"verdict", policies::name_of(check.verdict)},
                             {"advice", policies::advice_on(check.verdict)},
                             {"detail", check.detail},
                             {"line", check.line},
                             {"trust_root", root ? Json(digest_text("blake3", *root)) : Json(nullptr)},
                             {"facts", check.facts ? json_of(*check.facts) : Json(nullptr)}});
}

// --- the table
// -------------------------------------------------------------------------------------------------------

constexpr std::array table{
    Route{.method = Method::post,
          .path = "/api/v1/notarizations",
          .operation = "create_notarization",
          .body = Body::json,
          .request = "NotarizationOrder",
          .response = "Notarization",
          .idempotent = true,
          .sheds = true,
          .notarises = true,
          .handler = create_one},
    Route{.method = Method::post,
          .path = "/api/v1/notarizations/batch",
          .operation = "create_notarizations",
          .body = Body::json,
          .request = "NotarizationOrders",
          .response = "Notarizations",
          .idempotent = true,
          .sheds = true,
          .notarises = true,
          .handler = create_batch},
    Route{.method = Method::get,
          .path = "/api/v1/notarizations",
          .operation = "find_notarizations",
          .response = "NotarizationPage",
          .handler = [](Backend& b, const Exchange& e,
                        Answer answer) { answer(list_by_digest(b, *e.request)); }},
    Route{.method = Method::get,
          .path = "/api/v1/notarizations/{id}",
          .operation = "get_notarization",
          .response = "Notarization",
          .handler = get_one},
    Route{.method = Method::get,
          .path = "/api/v1/notarizations/{id}/receipt",
          .operation = "get_receipt",
          .response = "Receipt",
          .handler = get_receipt},
    Route{.method = Method::post,
          .path = "/api/v1/verify",
          .operation = "verify_receipt",
          .body = Body::json,
          .request = "VerifyOrder",
          .response = "Verification",
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(verify(b, *e.request)); }},
    Route{.method = Method::get,
          .path = "/api/v1/checkpoint",
          .operation = "get_checkpoint",
          .handler = get_checkpoint},
};

}  // namespace

std::span<const Route> notary_routes() {
  return table;
}

}  // namespace mnrt::runtime
