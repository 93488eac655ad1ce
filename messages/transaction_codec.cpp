#include "messages/transaction_codec.hpp"

#include <algorithm>

#include "messages/shared_statement.hpp"
#include "messages/shared_values.hpp"
#include "messages/strict.hpp"
#include "messages/transaction.capnp.h"
#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"

namespace mnrt::messages {
namespace {

namespace limits = policies::limits;
using policies::Bytes;
using policies::ByteView;
using policies::Transaction;

// An envelope has no data and two pointers, and the canonical form puts what the first points to right
// behind: root pointer, pointer to the body, pointer to the signatures, body.
constexpr std::size_t body_offset_bytes = 24;

policies::RegisterService read_operation(wire::RegisterService::Reader reader) {
  return {
      .id = read_text(reader.hasId(), reader.getId()),
      .kind = read_text(reader.hasKind(), reader.getKind()),
      .version = read_text(reader.hasVersion(), reader.getVersion()),
      .endpoints = read_texts(reader.hasEndpoints(), reader.getEndpoints(), limits::service_endpoints_max),
      .labels = read_texts(reader.hasLabels(), reader.getLabels(), limits::service_labels_max),
      .ttl_seconds = reader.getTtlSeconds()};
}

policies::Transfer read_operation(wire::Transfer::Reader reader) {
  return {.to = read_32<policies::Address>(reader.getTo()),
          .token = read_token(reader.getToken()),
          .amount = read_amount(reader.getAmount())};
}

policies::Notarise read_operation(wire::Notarise::Reader reader) {
  return {.document = read_32<policies::Digest>(reader.getDocument()),
          .label_hash = read_32<policies::Digest>(reader.getLabelHash())};
}

policies::WithdrawTreasury read_operation(wire::WithdrawTreasury::Reader reader) {
  return {.epoch = {reader.getEpoch()},
          .to = read_32<policies::Address>(reader.getTo()),
          .token = read_token(reader.getToken()),
          .amount = read_amount(reader.getAmount())};
}

policies::ChangeParameter read_operation(wire::ChangeParameter::Reader reader) {
  return {.epoch = {reader.getEpoch()},
          .parameter = read_parameter(reader.getParameter()),
          .value = reader.getValue()};
}

policies::RenewService read_operation(wire::RenewService::Reader reader) {
  return {read_text(reader.hasId(), reader.getId())};
}

policies::RemoveService read_operation(wire::RemoveService::Reader reader) {
  return {read_text(reader.hasId(), reader.getId())};
}

policies::RenewLease read_operation(wire::RenewLease::Reader reader) {
  return {{reader.getEpoch()}};
}

policies::ChangeKeys read_operation(wire::KeyPolicy::Reader reader) {
  return {read_key_policy(reader)};
}

policies::CommitEvidence read_operation(wire::CommitEvidence::Reader reader) {
  return {read_32<policies::Digest>(reader.getCommitment())};
}

policies::ReportEvidence read_operation(wire::ReportEvidence::Reader reader) {
  return {.offender = read_32<policies::Address>(reader.getOffender()),
          .key = read_32<policies::PublicKey>(reader.getKey()),
          .first = read_statement(reader.hasFirst(), reader.getFirst()),
          .second = read_statement(reader.hasSecond(), reader.getSecond()),
          .salt = read_32<policies::Digest>(reader.getSalt())};
}

policies::Bond read_operation(wire::Bond::Reader reader) {
  require(reader.hasSeat(), DecodeError::missing_field);
  return {.seat = read_validator(reader.getSeat()), .amount = read_amount(reader.getAmount())};
}

policies::Unbond read_operation(wire::Unbond::Reader reader) {
  return {read_32<policies::Address>(reader.getSeat())};
}

policies::Ready read_operation(wire::Ready::Reader reader) {
  return {{reader.getFinal()}};
}

policies::Upgrade read_operation(wire::Upgrade::Reader reader) {
  return {.version = reader.getVersion(), .height = {reader.getHeight()}};
}

policies::VoteSetChange read_operation(wire::VoteSetChange::Reader reader) {
  return {.joins = read_seats(reader.hasJoins(), reader.getJoins()),
          .leaves = read_seats(reader.hasLeaves(), reader.getLeaves())};
}

template <class Reader>
policies::Operation read_member(bool present, Reader reader) {
  require(present, DecodeError::missing_field);
  require_known(reader);
  return read_operation(reader);
}

policies::Operation read_operation(wire::Operation::Reader reader) {
  using Which = wire::Operation::Which;
  switch (reader.which()) {
    case Which::TRANSFER:
      return read_member(reader.hasTransfer(), reader.getTransfer());
    case Which::NOTARISE:
      return read_member(reader.hasNotarise(), reader.getNotarise());
    case Which::REGISTER_SERVICE:
      return read_member(reader.hasRegisterService(), reader.getRegisterService());
    case Which::RENEW_SERVICE:
      return read_member(reader.hasRenewService(), reader.getRenewService());
    case Which::REMOVE_SERVICE:
      return read_member(reader.hasRemoveService(), reader.getRemoveService());
    case Which::RENEW_LEASE:
      return read_member(reader.hasRenewLease(), reader.getRenewLease());
    case Which::WITHDRAW_TREASURY:
      return read_member(reader.hasWithdrawTreasury(), reader.getWithdrawTreasury());
    case Which::CHANGE_PARAMETER:
      return read_member(reader.hasChangeParameter(), reader.getChangeParameter());
    case Which::CHANGE_KEYS:
      return read_member(reader.hasChangeKeys(), reader.getChangeKeys());
    case Which::COMMIT_EVIDENCE:
      return read_member(reader.hasCommitEvidence(), reader.getCommitEvidence());
    case Which::REPORT_EVIDENCE:
      return read_member(reader.hasReportEvidence(), reader.getReportEvidence());
    case Which::BOND:
      return read_member(reader.hasBond(), reader.getBond());
    case Which::UNBOND:
      return read_member(reader.hasUnbond(), reader.getUnbond());
    case Which::READY:
      return read_member(reader.hasReady(), reader.getReady());
    case Which::VOTE_SET_CHANGE:
      return read_member(reader.hasVoteSetChange(), reader.getVoteSetChange());
    case Which::UPGRADE:
      return read_member(reader.hasUpgrade(), reader.getUpgrade());
  }
  throw Refused{DecodeError::unknown_variant};
}

Transaction read_body(wire::Transaction::Reader reader) {
  require_version(reader.getProtocolVersion());
  require_known(reader);
  Transaction body{.protocol_version = reader.getProtocolVersion(),
                   .chain_id = read_32<policies::Digest>(reader.getChainId()),
                   .sender = read_32<policies::Address>(reader.getSender()),
                   .lane = reader.getLane(),
                   .nonce = reader.getNonce(),
                   .fee_limit = read_amount(reader.getFeeLimit()),
                   .priority = read_amount(reader.getPriority()),
                   .expiry = {reader.getExpiry()},
                   .operations = {},
                   .opening_policy = {}};
  const auto operations =
      require_list(reader.hasOperations(), reader.getOperations(), limits::operations_max);
  require(operations.size() > 0, DecodeError::wrong_length);
  body.operations.reserve(operations.size());
  for (auto operation : operations) body.operations.push_back(read_operation(operation));
  if (reader.hasOpeningPolicy()) body.opening_policy = read_key_policy(reader.getOpeningPolicy());
  return body;
}

std::vector<policies::KeySignature> read_signatures(wire::Envelope::Reader envelope) {
  const auto list = require_list(envelope.hasSignatures(), envelope.getSignatures(), limits::signatures_max);
  require(list.size() > 0, DecodeError::wrong_length);
  std::vector<policies::KeySignature> signatures;
  signatures.reserve(list.size());
  for (auto reader : list)
    signatures.push_back({.key = read_32<policies::PublicKey>(reader.getKey()),
                          .signature = read_64<policies::Signature>(reader.getSignature())});
  require_sorted(signatures, [](const auto& signature) -> const auto& { return signature.key; });
  return signatures;
}

void write_operation(wire::Operation::Builder builder, const policies::Transfer& operation) {
  auto member = builder.initTransfer();
  write_32(member.getTo(), operation.to);
  member.setToken(wire_of(operation.token));
  write_amount(member.getAmount(), operation.amount);
}

void write_operation(wire::Operation::Builder builder, const policies::Notarise& operation) {
  auto member = builder.initNotarise();
  write_32(member.getDocument(), operation.document);
  write_32(member.getLabelHash(), operation.label_hash);
}

void write_operation(wire::Operation::Builder builder, const policies::RegisterService& operation) {
  auto member = builder.initRegisterService();
  if (!operation.id.empty()) member.setId(text_of(operation.id));
  if (!operation.kind.empty()) member.setKind(text_of(operation.kind));
  if (!operation.version.empty()) member.setVersion(text_of(operation.version));
  const auto endpoints = static_cast<unsigned>(operation.endpoints.size());
  const auto labels = static_cast<unsigned>(operation.labels.size());
  if (endpoints > 0) write_texts(member.initEndpoints(endpoints), operation.endpoints);
  if (labels > 0) write_texts(member.initLabels(labels), operation.labels);
  member.setTtlSeconds(operation.ttl_seconds);
}

void write_operation(wire::Operation::Builder builder, const policies::RenewService& operation) {
  auto member = builder.initRenewService();
  if (!operation.id.empty()) member.setId(text_of(operation.id));
}

void write_operation(wire::Operation::Builder builder, const policies::RemoveService& operation) {
  auto member = builder.initRemoveService();
  if (!operation.id.empty()) member.setId(text_of(operation.id));
}

void write_operation(wire::Operation::Builder builder, const policies::RenewLease& operation) {
  builder.initRenewLease().setEpoch(operation.epoch.value);
}

void write_operation(wire::Operation::Builder builder, const policies::WithdrawTreasury& operation) {
  auto member = builder.initWithdrawTreasury();
  member.setEpoch(operation.epoch.value);
  write_32(member.getTo(), operation.to);
  member.setToken(wire_of(operation.token));
  write_amount(member.getAmount(), operation.amount);
}

void write_operation(wire::Operation::Builder builder, const policies::ChangeParameter& operation) {
  auto member = builder.initChangeParameter();
  member.setEpoch(operation.epoch.value);
  member.setParameter(static_cast<std::uint16_t>(operation.parameter));
  member.setValue(operation.value);
}

void write_operation(wire::Operation::Builder builder, const policies::ChangeKeys& operation) {
  write_key_policy(builder.initChangeKeys(), operation.policy);
}

void write_operation(wire::Operation::Builder builder, const policies::CommitEvidence& operation) {
  write_32(builder.initCommitEvidence().getCommitment(), operation.commitment);
}

void write_operation(wire::Operation::Builder builder, const policies::ReportEvidence& operation) {
  auto member = builder.initReportEvidence();
  write_32(member.getOffender(), operation.offender);
  write_32(member.getKey(), operation.key);
  write_32(member.getSalt(), operation.salt);
  write_statement(member.initFirst(), operation.first);
  write_statement(member.initSecond(), operation.second);
}

void write_operation(wire::Operation::Builder builder, const policies::Bond& operation) {
  auto member = builder.initBond();
  write_validator(member.initSeat(), operation.seat);
  write_amount(member.getAmount(), operation.amount);
}

void write_operation(wire::Operation::Builder builder, const policies::Unbond& operation) {
  write_32(builder.initUnbond().getSeat(), operation.seat);
}

void write_operation(wire::Operation::Builder builder, const policies::Ready& operation) {
  builder.initReady().setFinal(operation.final.value);
}

void write_operation(wire::Operation::Builder builder, const policies::Upgrade& operation) {
  auto member = builder.initUpgrade();
  member.setVersion(operation.version);
  member.setHeight(operation.height.value);
}

void write_operation(wire::Operation::Builder builder, const policies::VoteSetChange& operation) {
  auto member = builder.initVoteSetChange();
  const auto joins = static_cast<unsigned>(operation.joins.size());
  const auto leaves = static_cast<unsigned>(operation.leaves.size());
  if (joins > 0) write_seats(member.initJoins(joins), operation.joins);
  if (leaves > 0) write_seats(member.initLeaves(leaves), operation.leaves);
}

}  // namespace

policies::SignedStatement read_statement(bool present, wire::SignedStatement::Reader reader) {
  using Kind = policies::Statement::Kind;
  require(present, DecodeError::missing_field);
  require_known(reader);
  require(reader.getKind() <= wire::SignedStatement::Kind::ROUND_CHANGE, DecodeError::unknown_variant);
  policies::SignedStatement statement{.body = {.kind = static_cast<Kind>(reader.getKind()),
                                               .height = {reader.getHeight()},
                                               .round = {reader.getRound()},
                                               .digest = read_32<policies::Digest>(reader.getDigest()),
                                               .prepared = {}},
                                      .signature = read_64<policies::Signature>(reader.getSignature())};
  if (reader.hasPrepared()) {
    const auto prepared = reader.getPrepared();
    require_known(prepared);
    statement.body.prepared = {{prepared.getRound()}, read_32<policies::Digest>(prepared.getDigest())};
  }
  const bool is_change = statement.body.kind == Kind::round_change;
  require(is_change ? statement.body.digest == policies::Digest{} : !statement.body.prepared,
          DecodeError::inconsistent);
  return statement;
}

void write_statement(wire::SignedStatement::Builder builder, const policies::SignedStatement& statement) {
  const auto& body = statement.body;
  builder.setKind(static_cast<wire::SignedStatement::Kind>(body.kind));
  builder.setHeight(body.height.value);
  builder.setRound(body.round.value);
  write_32(builder.getDigest(), body.digest);
  write_64(builder.getSignature(), statement.signature);
  if (!body.prepared) return;
  auto prepared = builder.initPrepared();
  prepared.setRound(body.prepared->round.value);
  write_32(prepared.getDigest(), body.prepared->digest);
}

Bytes encode_body(const Transaction& body) {
  return encode_with<wire::Transaction>([&](wire::Transaction::Builder builder) {
    builder.setProtocolVersion(body.protocol_version);
    builder.setLane(body.lane);
    builder.setNonce(body.nonce);
    builder.setExpiry(body.expiry.value);
    write_32(builder.getChainId(), body.chain_id);
    write_32(builder.getSender(), body.sender);
    write_amount(builder.getFeeLimit(), body.fee_limit);
    write_amount(builder.getPriority(), body.priority);
    if (!body.operations.empty()) {
      auto operations = builder.initOperations(static_cast<unsigned>(body.operations.size()));
      for (unsigned i = 0; i < operations.size(); ++i)
        std::visit([&](const auto& operation) { write_operation(operations[i], operation); },
                   body.operations[i]);
    }
    if (body.opening_policy) write_key_policy(builder.initOpeningPolicy(), *body.opening_policy);
  });
}

Bytes encode_envelope(ByteView body, std::span<const policies::KeySignature> signatures) {
  return encode_with<wire::Envelope>([&](wire::Envelope::Builder builder) {
    builder.setBody(data_of(body));
    if (signatures.empty()) return;
    auto list = builder.initSignatures(static_cast<unsigned>(signatures.size()));
    for (unsigned i = 0; i < list.size(); ++i) {
      write_32(list[i].getKey(), signatures[i].key);
      write_64(list[i].getSignature(), signatures[i].signature);
    }
  });
}

std::expected<std::shared_ptr<const policies::SignedTransaction>, DecodeError> decode_transaction(
    ByteView frame) {
  if (frame.size() > limits::transaction_bytes_max) return std::unexpected(DecodeError::too_large);
  auto transaction = std::make_shared<policies::SignedTransaction>();
  transaction->frame = std::make_shared<const Bytes>(frame.begin(), frame.end());
  auto body = decode_with<wire::Envelope>(*transaction->frame, limits::transaction_bytes_max,
                                          [&](wire::Envelope::Reader envelope) {
                                            require_known(envelope);
                                            const auto bytes = nested(envelope.getBody());
                                            CanonicalMessage message(words_of(bytes));
                                            transaction->body = read_body(message.root<wire::Transaction>());
                                            transaction->signatures = read_signatures(envelope);
                                            return bytes;
                                          });
  if (!body) return std::unexpected(body.error());
  transaction->id = policies::domain_hash(policies::Domain::transaction, transaction->body.chain_id, *body);
  return transaction;
}

ByteView body_view(const policies::SignedTransaction& transaction) {
  const ByteView frame = *transaction.frame;
  // The list pointer of the body: element count in the upper 29 bits (Cap'n Proto, encoding of lists).
  std::uint64_t pointer;
  std::memcpy(&pointer, frame.data() + 8, sizeof(pointer));
  return frame.subspan(body_offset_bytes, little_endian(pointer) >> 35);
}

Bytes transaction_signing_bytes(const policies::SignedTransaction& transaction) {
  return policies::signing_bytes(policies::Domain::transaction, transaction.body.chain_id,
                                 body_view(transaction));
}

std::shared_ptr<const policies::SignedTransaction> sign_transaction(
    const Transaction& body, std::span<const policies::SigningKey> keys) {
  auto transaction = std::make_shared<policies::SignedTransaction>();
  const auto bytes = encode_body(body);
  const auto message = policies::signing_bytes(policies::Domain::transaction, body.chain_id, bytes);
  for (const auto& key : keys)
    transaction->signatures.push_back({.key = key.public_key(), .signature = key.sign(message)});
  std::ranges::sort(transaction->signatures, {}, &policies::KeySignature::key);
  transaction->body = body;
  transaction->id = policies::domain_hash(policies::Domain::transaction, body.chain_id, bytes);
  transaction->frame = std::make_shared<const Bytes>(encode_envelope(bytes, transaction->signatures));
  return transaction;
}

}  // namespace mnrt::messages
