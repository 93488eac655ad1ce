#include "runtime/gateway/values.hpp"

#include <algorithm>
#include <array>

#include "policies/limits.hpp"

namespace mnrt::runtime {
namespace {

using namespace policies;

std::string text_of(const Address& address) {
  return to_bech32m(address);
}
std::string symbol_of(Token token) {
  return std::string{facts_of(token).symbol};
}

constexpr std::array<std::string_view, 4> statement_kinds{"proposal", "prepare", "commit", "round_change"};

struct OperationJson {
  Json operator()(const Transfer& o) const {
    return {{"type", "transfer"},
            {"to", text_of(o.to)},
            {"token", symbol_of(o.token)},
            {"amount", to_string(o.amount)}};
  }
  Json operator()(const Notarise& o) const {
    Json json{{"type", "notarise"}, {"digest", digest_text("sha256", o.document)}};
    if (o.label_hash != Digest{}) json["label_hash"] = digest_text("sha256", o.label_hash);
    return json;
  }
  Json operator()(const RegisterService& o) const {
    return {{"type", "register_service"},
            {"id", o.id},
            {"kind", o.kind},
            {"version", o.version},
            {"endpoints", o.endpoints},
            {"labels", o.labels},
            {"ttl_seconds", o.ttl_seconds}};
  }
  Json operator()(const RenewService& o) const { return {{"type", "renew_service"}, {"id", o.id}}; }
  Json operator()(const RemoveService& o) const { return {{"type", "remove_service"}, {"id", o.id}}; }
  Json operator()(const RenewLease& o) const { return {{"type", "renew_lease"}, {"epoch", o.epoch.value}}; }
  Json operator()(const WithdrawTreasury& o) const {
    return {{"type", "withdraw_treasury"},
            {"epoch", o.epoch.value},
            {"to", text_of(o.to)},
            {"token", symbol_of(o.token)},
            {"amount", to_string(o.amount)}};
  }
  Json operator()(const ChangeParameter& o) const {
    return {{"type", "change_parameter"},
            {"epoch", o.epoch.value},
            {"parameter", policies::name_of(o.parameter)},
            {"value", std::to_string(o.value)}};
  }
  Json operator()(const ChangeKeys& o) const {
    return {{"type", "change_keys"}, {"policy", json_of(o.policy)}};
  }
  Json operator()(const CommitEvidence& o) const {
    return {{"type", "commit_evidence"}, {"commitment", digest_text("blake3", o.commitment)}};
  }
  Json operator()(const ReportEvidence& o) const {
    Json json{{"type", "report_evidence"},
              {"offender", text_of(o.offender)},
              {"key", to_hex(o.key.bytes)},
              {"first", json_of(o.first)},
              {"second", json_of(o.second)}};
    if (o.salt != Digest{}) json["salt"] = to_hex(o.salt.bytes);
    return json;
  }
  Json operator()(const Bond& o) const {
    Json json{{"type", "bond"},
              {"seat",
               {{"address", text_of(o.seat.address)},
                {"operated_by", text_of(o.seat.operated_by)},
                {"consensus_key", to_hex(o.seat.consensus_key.bytes)},
                {"log_key", to_hex(o.seat.log_key.bytes)},
                {"cosigner_key", to_hex(o.seat.cosigner_key.bytes)}}},
              {"amount", to_string(o.amount)}};
    if (o.seat.tsa_certificate != Digest{})
      json["seat"]["tsa_certificate"] = digest_text("sha256", o.seat.tsa_certificate);
    return json;
  }
  Json operator()(const Unbond& o) const { return {{"type", "unbond"}, {"seat", text_of(o.seat)}}; }
  Json operator()(const Ready& o) const { return {{"type", "ready"}, {"final", o.final.value}}; }
  Json operator()(const Upgrade& o) const {
    return {{"type", "upgrade"}, {"version", o.version}, {"height", o.height.value}};
  }
  Json operator()(const VoteSetChange& o) const {
    return {{"type", "vote_set_change"}, {"joins", texts_of(o.joins)}, {"leaves", texts_of(o.leaves)}};
  }
};

Token token_from(ObjectReader& reader) {
  const auto symbol = reader.text("token");
  const auto token = token_from_symbol(symbol);
  if (!token) reader.fail("`token` must be one of GEN, NEX, FLX, AUR.");
  return token.value_or(Token::gen);
}

RegisterService registration_from(ObjectReader& reader) {
  RegisterService service;
  service.id = reader.text("id");
  service.kind = reader.text("kind");
  service.version = reader.text_if("version").value_or("");
  service.endpoints = reader.texts("endpoints", limits::service_endpoints_max);
  service.labels = reader.texts_if("labels", limits::service_labels_max);
  service.ttl_seconds = static_cast<std::uint32_t>(reader.number("ttl_seconds", UINT32_MAX));
  return service;
}

ChangeParameter parameter_change_from(ObjectReader& reader) {
  ChangeParameter change;
  change.epoch = {reader.number("epoch")};
  const auto parameter = parameter_from_name(reader.text("parameter"));
  if (!parameter)
    reader.fail("`parameter` isn't a parameter of the chain; GET /api/v1/parameters lists them.");
  change.parameter = parameter.value_or(Parameter{});
  const auto value = reader.amount("value");
  if (value.units > UINT64_MAX) reader.fail("`value` must be below 2^64.");
  change.value = static_cast<std::uint64_t>(value.units);
  return change;
}

SignedStatement statement_from(const Json& json, const char* name, std::string& fault) {
  ObjectReader reader(json, name);
  SignedStatement statement;
  auto& body = statement.body;
  const auto kind = std::ranges::find(statement_kinds, reader.text("kind"));
  if (kind == statement_kinds.end())
    reader.fail("`kind` must be one of proposal, prepare, commit, round_change.");
  else
    body.kind = static_cast<Statement::Kind>(kind - statement_kinds.begin());
  body.height = {reader.number("height")};
  body.round = {static_cast<std::uint32_t>(reader.number("round", UINT32_MAX))};
  if (body.kind != Statement::Kind::round_change) {
    body.digest = reader.digest("digest", "blake3");
  } else if (const auto* claim = reader.object_if("prepared")) {
    ObjectReader inner(*claim, "prepared");
    body.prepared = {{static_cast<std::uint32_t>(inner.number("round", UINT32_MAX))},
                     inner.digest("digest", "blake3")};
    if (auto error = inner.error()) reader.fail(*error);
  }
  const auto signature = signature_from_hex(reader.text("signature"));
  if (!signature) reader.fail("`signature` must be 128 hexadecimal characters.");
  statement.signature = signature.value_or(Signature{});
  fault = reader.error().value_or("");
  return statement;
}

ReportEvidence report_from(ObjectReader& reader) {
  ReportEvidence report;
  report.offender = reader.address("offender");
  report.key = reader.public_key("key");
  const auto read = [&](const char* name, SignedStatement& into) {
    const auto* json = reader.object_if(name);
    if (json == nullptr) return reader.fail("The member `" + std::string{name} + "` is missing.");
    std::string fault;
    into = statement_from(*json, name, fault);
    if (!fault.empty()) reader.fail(fault);
  };
  read("first", report.first);
  read("second", report.second);
  if (const auto salt = reader.text_if("salt")) {
    const auto bytes = public_key_from_hex(*salt);
    if (!bytes) reader.fail("`salt` must be 64 hexadecimal characters.");
    if (bytes) report.salt.bytes = bytes->bytes;
  }
  return report;
}

Bond bond_from(ObjectReader& reader) {
  Bond bond;
  bond.amount = reader.amount("amount");
  const auto* json = reader.object_if("seat");
  if (json == nullptr) {
    reader.fail("The member `seat` is missing.");
    return bond;
  }
  ObjectReader inner(*json, "seat");
  bond.seat = {.address = inner.address("address"),
               .operated_by = inner.address("operated_by"),
               .consensus_key = inner.public_key("consensus_key"),
               .log_key = inner.public_key("log_key"),
               .cosigner_key = inner.public_key("cosigner_key"),
               .tsa_certificate = inner.digest_if("tsa_certificate", "sha256").value_or(Digest{})};
  if (auto error = inner.error()) reader.fail(*error);
  return bond;
}

std::vector<Address> seats_from(ObjectReader& reader, const char* name) {
  std::vector<Address> seats;
  for (const auto& text : reader.texts_if(name, limits::validators_max)) {
    const auto seat = address_from_bech32m(text);
    if (!seat) reader.fail("`" + std::string{name} + "` must hold addresses of seats.");
    seats.push_back(seat.value_or(Address{}));
  }
  std::ranges::sort(seats);
  return seats;
}

}  // namespace

Json json_of(const SignedStatement& statement) {
  const auto& body = statement.body;
  Json json{{"kind", statement_kinds[static_cast<std::size_t>(body.kind)]},
            {"height", body.height.value},
            {"round", body.round.value},
            {"signature", to_hex(statement.signature.bytes)}};
  if (body.kind != Statement::Kind::round_change) json["digest"] = digest_text("blake3", body.digest);
  if (body.prepared)
    json["prepared"] = {{"round", body.prepared->round.value},
                        {"digest", digest_text("blake3", body.prepared->digest)}};
  return json;
}

Json texts_of(const std::vector<Address>& addresses) {
  auto json = Json::array();
  for (const auto& address : addresses) json.push_back(text_of(address));
  return json;
}

std::string_view name_of(actors::api::TransactionStatus status) {
  constexpr std::array<std::string_view, 5> names{"pending", "final", "refused", "expired", "unknown"};
  return names[static_cast<std::size_t>(status)];
}

std::string_view kind_of(const Operation& operation) {
  constexpr std::array<std::string_view, 16> names{
      "transfer",       "notarise",        "register_service",  "renew_service",
      "remove_service", "renew_lease",     "withdraw_treasury", "change_parameter",
      "change_keys",    "commit_evidence", "report_evidence",   "bond",
      "unbond",         "ready",           "vote_set_change",   "upgrade"};
  static_assert(std::variant_size_v<Operation> == names.size());
  return names[operation.index()];
}

Json json_of(const KeyPolicy& policy) {
  auto keys = Json::array();
  for (const auto& key : policy.keys) keys.push_back(to_hex(key.bytes));
  return {{"threshold", policy.threshold}, {"keys", std::move(keys)}};
}

Json json_of(const Operation& operation) {
  return std::visit(OperationJson{}, operation);
}

Json json_of(const Balances& balances) {
  Json json = Json::object();
  for (auto token : all_tokens) json[symbol_of(token)] = to_string(balances[static_cast<std::size_t>(token)]);
  return json;
}

Json json_of(const Transaction& body) {
  auto operations = Json::array();
  for (const auto& operation : body.operations) operations.push_back(json_of(operation));
  Json json{{"protocol_version", body.protocol_version},
            {"chain_id", digest_text("blake3", body.chain_id)},
            {"sender", text_of(body.sender)},
            {"lane", body.lane},
            {"nonce", body.nonce},
            {"fee_limit", to_string(body.fee_limit)},
            {"priority", to_string(body.priority)},
            {"expiry", body.expiry.value},
            {"operations", std::move(operations)}};
  if (body.opening_policy) json["opening_policy"] = json_of(*body.opening_policy);
  return json;
}

Json json_of(const actors::api::StatusReport& report) {
  Json json{{"id", digest_text("blake3", report.id)}, {"status", name_of(report.status)}};
  json["height"] = report.height ? Json(report.height->value) : Json(nullptr);
  json["reason"] = report.refusal == Refusal::none ? Json(nullptr) : Json(policies::name_of(report.refusal));
  json["operation"] = report.refusal == Refusal::none ? Json(nullptr) : Json(report.operation);
  json["fee"] = report.height ? Json(to_string(report.fee)) : Json(nullptr);
  json["leaves"] = report.leaves;
  return json;
}

Json json_of(const actors::api::NodeReport& report) {
  auto roles = Json::array();
  for (const auto& role : report.roles)
    roles.push_back({{"name", role.name}, {"answering", role.answering}, {"restarts", role.restarts}});
  return {{"healthy", report.healthy},
          {"reasons", report.reasons},
          {"height", report.height.value},
          {"round", report.round.value},
          {"epoch", report.epoch.value},
          {"validators", report.validators},
          {"immortality", report.immortality},
          {"failures_tolerated", report.failures_tolerated},
          {"assurance", report.assurance},
          {"owner_status", report.owner_status},
          {"last_block_age_ms", report.last_block_age_ms},
          {"pool", {{"transactions", report.pool_transactions}, {"bytes", report.pool_bytes}}},
          {"workers",
           {{"verification", report.verification_workers}, {"notarisation", report.notarisation_workers}}},
          {"roles", std::move(roles)},
          {"scaling_decisions", report.scaling_decisions}};
}

Json summary_of(const actors::FinalHeader& final) {
  const auto& header = final.header;
  return {{"height", header.height.value},
          {"id", digest_text("blake3", final.digest)},
          {"time", to_rfc3339(header.time)},
          {"parent", digest_text("blake3", header.parent)},
          {"proposer", text_of(header.proposer)},
          {"transactions", final.transactions},
          {"state_root", digest_text("blake3", header.state_root)},
          {"log_size", header.log_size},
          {"log_root", digest_text("sha256", header.log_root)},
          {"owner_epoch", header.owner_epoch.value}};
}

Json json_of(const policies::ReceiptFacts& facts) {
  return {
      {"origin", facts.leaf.origin},
      {"digest", digest_text("sha256", facts.leaf.document)},
      {"transaction", digest_text("blake3", facts.leaf.transaction)},
      {"height", facts.leaf.height.value},
      {"time", policies::to_rfc3339(facts.leaf.time)},
      {"leaf", facts.index},
      {"log_size", facts.head.size},
      {"validators", facts.validators},
      {"cosignatures", facts.cosignatures},
      {"cosignatures_needed", facts.cosignatures_needed},
      {"cosigned", policies::to_rfc3339({static_cast<std::int64_t>(facts.cosigned_unix_seconds) * 1'000})},
      {"assurance", facts.assurance}};
}

Json json_of(const actors::FinalHeader& final) {
  const auto& header = final.header;
  auto json = summary_of(final);
  json["protocol_version"] = header.protocol_version;
  json["chain_id"] = digest_text("blake3", header.chain_id);
  json["transaction_root"] = digest_text("blake3", header.transaction_root);
  json["outcome_root"] = digest_text("blake3", header.outcome_root);
  json["next_validators"] = digest_text("blake3", header.next_validators);
  json["beta"] = to_hex(header.beta);
  json["beta_proof"] = to_hex(header.beta_proof);
  auto signers = Json::array();
  for (const bool signer : final.seals.signers) signers.push_back(signer);
  auto signatures = Json::array();
  for (const auto& signature : final.seals.signatures) signatures.push_back(to_hex(signature.bytes));
  json["seals"] = {{"round", final.seals.round.value},
                   {"signers", std::move(signers)},
                   {"signatures", std::move(signatures)}};
  return json;
}

actors::api::StatusReport report_of(Height height, const Outcome& outcome) {
  using actors::api::TransactionStatus;
  return {.id = outcome.transaction,
          .status = outcome.refusal == Refusal::none ? TransactionStatus::final : TransactionStatus::refused,
          .refusal = outcome.refusal,
          .operation = outcome.operation,
          .height = height,
          .fee = outcome.fee,
          .leaves = outcome.leaves};
}

actors::api::StatusReport report_of(const Digest& id, const actors::TransactionRecord& record) {
  auto report = report_of(record.height, record.outcome);
  report.id = id;
  return report;
}

KeyPolicy key_policy_from(ObjectReader& reader) {
  KeyPolicy policy;
  policy.threshold = static_cast<std::uint8_t>(reader.number("threshold", limits::keys_max));
  for (const auto& text : reader.texts("keys", limits::keys_max)) {
    const auto key = public_key_from_hex(text);
    if (!key) reader.fail("`keys` must hold Ed25519 public keys: 64 hexadecimal characters each.");
    policy.keys.push_back(key.value_or(PublicKey{}));
  }
  std::ranges::sort(policy.keys);
  if (!is_well_formed(policy))
    reader.fail("A key policy has 1 to 16 different keys and a threshold of at most as many.");
  return policy;
}

Operation operation_from(ObjectReader& reader) {
  const auto type = reader.text("type");
  if (type == "transfer")
    return Transfer{
        .to = reader.address("to"), .token = token_from(reader), .amount = reader.amount("amount")};
  if (type == "notarise")
    return Notarise{.document = reader.digest("digest", "sha256"),
                    .label_hash = reader.digest_if("label_hash", "sha256").value_or(Digest{})};
  if (type == "register_service") return registration_from(reader);
  if (type == "renew_service") return RenewService{reader.text("id")};
  if (type == "remove_service") return RemoveService{reader.text("id")};
  if (type == "renew_lease") return RenewLease{{reader.number("epoch")}};
  if (type == "withdraw_treasury")
    return WithdrawTreasury{.epoch = {reader.number("epoch")},
                            .to = reader.address("to"),
                            .token = token_from(reader),
                            .amount = reader.amount("amount")};
  if (type == "change_parameter") return parameter_change_from(reader);
  if (type == "change_keys") {
    if (const auto* policy = reader.object_if("policy")) {
      ObjectReader inner(*policy, "policy");
      auto keys = key_policy_from(inner);
      if (auto error = inner.error()) reader.fail(*error);
      return ChangeKeys{std::move(keys)};
    }
    reader.fail("The member `policy` is missing.");
    return ChangeKeys{};
  }
  if (type == "commit_evidence") return CommitEvidence{reader.digest("commitment", "blake3")};
  if (type == "report_evidence") return report_from(reader);
  if (type == "bond") return bond_from(reader);
  if (type == "unbond") return Unbond{reader.address("seat")};
  if (type == "ready") return Ready{{reader.number("final")}};
  if (type == "upgrade")
    return Upgrade{.version = static_cast<std::uint32_t>(reader.number("version", UINT32_MAX)),
                   .height = {reader.number("height")}};
  if (type == "vote_set_change")
    return VoteSetChange{.joins = seats_from(reader, "joins"), .leaves = seats_from(reader, "leaves")};
  reader.fail(
      "`type` must be one of transfer, notarise, register_service, renew_service, remove_service, "
      "renew_lease, "
      "withdraw_treasury, change_parameter, change_keys, commit_evidence, report_evidence, "
      "bond, unbond, ready, vote_set_change, upgrade.");
  return Transfer{};
}

}  // namespace mnrt::runtime
