#include "tests/messages/samples.hpp"

#include <bit>

#include "messages/block_codec.hpp"
#include "messages/transaction_codec.hpp"

namespace mnrt::messages::samples {

using namespace policies;

std::uint64_t Draw::number() {
  switch (below(4)) {
    case 0:
      return 0;
    case 1:
      return below(300);
    case 2:
      return ~std::uint64_t{0} - below(2);
    default:
      return engine_();
  }
}

Amount Draw::amount() {
  const auto high = chance(2) ? 0 : number();
  return {(static_cast<uint128>(high) << 64) | number()};
}

std::string Draw::text(std::size_t bytes_max) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789.-";
  std::string text;
  for (auto size = 1 + below(bytes_max); size > 0; --size) text.push_back(letters[below(letters.size())]);
  return text;
}

Bytes Draw::blob(std::size_t size) {
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(below(256));
  return bytes;
}

namespace {

std::vector<std::string> texts(Draw& draw, std::size_t count_max, std::size_t bytes_max) {
  std::vector<std::string> all;
  for (auto count = draw.below(count_max + 1); count > 0; --count) all.push_back(draw.text(bytes_max));
  return all;
}

Token token(Draw& draw) {
  return all_tokens[draw.below(4)];
}

Balances balances(Draw& draw) {
  return {draw.amount(), draw.amount(), draw.amount(), draw.amount()};
}

Parameter parameter(Draw& draw) {
  return static_cast<Parameter>(draw.below(parameter_count));
}

Parameters parameters(Draw& draw) {
  Parameters all;
  for (auto& one : all) one = {draw.number(), draw.number(), draw.number()};
  return all;
}

SetChangeRow set_change(Draw& draw) {
  SetChangeRow row;
  for (const auto& seat : draw.sorted<Address>(draw.below(4)))
    row.removals.push_back({.seat = seat, .decided = {draw.number()}});
  for (auto count = draw.below(3); count > 0; --count) {
    auto& proposal = row.proposals.emplace_back();
    proposal.joins = draw.sorted<Address>(draw.below(3));
    proposal.leaves = draw.sorted<Address>(draw.below(3));
    proposal.proposed = {draw.number()};
    proposal.votes = draw.sorted<Address>(draw.below(4));
    if (draw.chance(2)) proposal.decided = {draw.number()};
  }
  return row;
}

template <class Body>
Signed<Body> sign(Draw& draw, Body body, const Address& signer) {
  return {.body = std::move(body), .signer = signer, .signature = draw.bytes<Signature>()};
}

}  // namespace

SignedStatement statement(Draw& draw) {
  SignedStatement made{.body = {.kind = static_cast<Statement::Kind>(draw.below(4)),
                                .height = {draw.number()},
                                .round = {draw.number_32()},
                                .digest = {},
                                .prepared = {}},
                       .signature = draw.bytes<Signature>()};
  if (made.body.kind != Statement::Kind::round_change)
    made.body.digest = draw.bytes<Digest>();
  else if (draw.chance(2))
    made.body.prepared = {{draw.number_32()}, draw.bytes<Digest>()};
  return made;
}

KeyPolicy key_policy(Draw& draw) {
  KeyPolicy policy{.threshold = 1, .keys = draw.sorted<PublicKey>(1 + draw.below(4))};
  policy.threshold = static_cast<std::uint8_t>(1 + draw.below(policy.keys.size()));
  return policy;
}

Operation operation(Draw& draw, std::size_t kind) {
  switch (kind) {
    case 0:
      return Transfer{.to = draw.bytes<Address>(), .token = token(draw), .amount = draw.amount()};
    case 1:
      return Notarise{.document = draw.bytes<Digest>(), .label_hash = draw.bytes<Digest>()};
    case 2:
      return RegisterService{.id = draw.text(64),
                             .kind = draw.text(32),
                             .version = draw.chance(2) ? "" : draw.text(32),
                             .endpoints = texts(draw, 4, 256),
                             .labels = texts(draw, 16, 128),
                             .ttl_seconds = draw.number_32()};
    case 3:
      return RenewService{draw.text(64)};
    case 4:
      return RemoveService{draw.text(64)};
    case 5:
      return RenewLease{{draw.number()}};
    case 6:
      return WithdrawTreasury{.epoch = {draw.number()},
                              .to = draw.bytes<Address>(),
                              .token = token(draw),
                              .amount = draw.amount()};
    case 7:
      return ChangeParameter{.epoch = {draw.number()}, .parameter = parameter(draw), .value = draw.number()};
    case 8:
      return ChangeKeys{key_policy(draw)};
    case 9:
      return CommitEvidence{draw.bytes<Digest>()};
    case 10:
      return ReportEvidence{.offender = draw.bytes<Address>(),
                            .key = draw.bytes<PublicKey>(),
                            .first = statement(draw),
                            .second = statement(draw),
                            .salt = draw.bytes<Digest>()};
    case 11:
      return Bond{.seat = validators(draw, 1).front(), .amount = draw.amount()};
    case 12:
      return Unbond{draw.bytes<Address>()};
    case 13:
      return Ready{{draw.number()}};
    case 15:
      return Upgrade{draw.number_32(), {draw.number()}};
    default:
      return VoteSetChange{.joins = draw.sorted<Address>(draw.below(4)),
                           .leaves = draw.sorted<Address>(draw.below(4))};
  }
}

Operation operation(Draw& draw) {
  return operation(draw, draw.below(std::variant_size_v<Operation>));
}

Transaction transaction(Draw& draw) {
  Transaction body{.protocol_version = 1,
                   .chain_id = draw.bytes<Digest>(),
                   .sender = draw.bytes<Address>(),
                   .lane = draw.number_32(),
                   .nonce = draw.number(),
                   .fee_limit = draw.amount(),
                   .priority = draw.amount(),
                   .expiry = {draw.number()},
                   .operations = {},
                   .opening_policy = {}};
  for (auto count = 1 + draw.below(draw.chance(10) ? 20 : 3); count > 0; --count)
    body.operations.push_back(operation(draw));
  if (draw.chance(3)) body.opening_policy = key_policy(draw);
  return body;
}

std::vector<KeySignature> signatures(Draw& draw) {
  std::vector<KeySignature> all;
  for (const auto& key : draw.sorted<PublicKey>(1 + draw.below(4)))
    all.push_back({.key = key, .signature = draw.bytes<Signature>()});
  return all;
}

Bytes frame(Draw& draw) {
  return encode_envelope(encode_body(transaction(draw)), signatures(draw));
}

SealSet seals(Draw& draw) {
  SealSet set{.round = {draw.number_32()}, .signers = {}, .signatures = {}};
  for (auto seats = draw.below(12); seats > 0; --seats) {
    set.signers.push_back(draw.chance(2));
    if (set.signers.back()) set.signatures.push_back(draw.bytes<Signature>());
  }
  return set;
}

Header header(Draw& draw) {
  return {.protocol_version = 1,
          .chain_id = draw.bytes<Digest>(),
          .height = {draw.number()},
          .time = {draw.time_ms()},
          .parent = draw.bytes<Digest>(),
          .proposer = draw.bytes<Address>(),
          .transaction_root = draw.bytes<Digest>(),
          .outcome_root = draw.bytes<Digest>(),
          .state_root = draw.bytes<Digest>(),
          .log_size = draw.number(),
          .log_root = draw.bytes<Digest>(),
          .next_validators = draw.bytes<Digest>(),
          .owner_epoch = {draw.number()},
          .beta = draw.blob(64),
          .beta_proof = draw.blob(80),
          .parent_seals = seals(draw)};
}

std::shared_ptr<const Block> block(Draw& draw) {
  auto block = std::make_shared<Block>();
  for (auto count = draw.below(4); count > 0; --count)
    block->transactions.push_back(*decode_transaction(frame(draw)));
  block->header = header(draw);
  block->header.transaction_root = transaction_root(block->header.chain_id, block->transactions);
  block->digest = digest_of(block->header);
  return block;
}

ValidatorSet validators(Draw& draw, std::size_t count) {
  ValidatorSet set;
  for (const auto& address : draw.sorted<Address>(count))
    set.push_back({.address = address,
                   .operated_by = draw.bytes<Address>(),
                   .consensus_key = draw.bytes<PublicKey>(),
                   .log_key = draw.bytes<PublicKey>(),
                   .cosigner_key = draw.bytes<PublicKey>(),
                   .tsa_certificate = draw.bytes<Digest>()});
  return set;
}

Outcome outcome(Draw& draw) {
  Outcome outcome{.transaction = draw.bytes<Digest>(),
                  .refusal = static_cast<Refusal>(draw.below(static_cast<std::uint64_t>(refusal_last) + 1)),
                  .operation = static_cast<std::uint8_t>(draw.below(64)),
                  .fee = draw.amount(),
                  .leaves = {}};
  for (auto count = draw.below(4); count > 0; --count) outcome.leaves.push_back(draw.number());
  return outcome;
}

PreparedCertificate certificate(Draw& draw) {
  PreparedCertificate certificate{
      .round = {draw.number_32()}, .digest = draw.bytes<Digest>(), .prepares = {}};
  const Prepare prepare{.height = {draw.number()}, .round = certificate.round, .digest = certificate.digest};
  for (const auto& signer : draw.sorted<Address>(draw.below(5)))
    certificate.prepares.push_back(sign(draw, prepare, signer));
  return certificate;
}

RoundChange round_change(Draw& draw) {
  RoundChange round_change{.height = {draw.number()}, .round = {draw.number_32()}, .prepared = {}};
  if (draw.chance(2)) round_change.prepared = certificate(draw);
  return round_change;
}

ConsensusMessage consensus(Draw& draw, std::size_t kind) {
  const auto signer = draw.bytes<Address>();
  if (kind == 0) {
    Proposal proposal{.height = {}, .round = {draw.number_32()}, .block = block(draw), .justification = {}};
    proposal.height = proposal.block->header.height;
    for (const auto& other : draw.sorted<Address>(draw.below(4)))
      proposal.justification.push_back(sign(draw, round_change(draw), other));
    return sign(draw, std::move(proposal), signer);
  }
  if (kind == 1)
    return sign(draw, Prepare{{draw.number()}, {draw.number_32()}, draw.bytes<Digest>()}, signer);
  if (kind == 2) return sign(draw, Commit{{draw.number()}, {draw.number_32()}, draw.bytes<Digest>()}, signer);
  return sign(draw, round_change(draw), signer);
}

SignState sign_state(Draw& draw) {
  SignState state;
  state.height = {draw.number()};
  state.round = {draw.number_32()};
  if (draw.chance(2)) state.proposed = draw.bytes<Digest>();
  if (draw.chance(2)) state.prepared = draw.bytes<Digest>();
  if (draw.chance(2)) state.committed = draw.bytes<Digest>();
  if (draw.chance(2)) state.last_round_change = round_change(draw);
  if (draw.chance(2)) state.certificate = certificate(draw);
  if (draw.chance(2)) state.prepared_block = block(draw);
  if (draw.chance(3)) state.stopped = KeyElsewhere{statement(draw), statement(draw)};
  TwoChains split{{draw.number()}, draw.bytes<Digest>(), seals(draw), draw.bytes<Digest>(), seals(draw)};
  if (draw.chance(3)) state.stopped = std::move(split);
  return state;
}

Genesis genesis(Draw& draw) {
  Genesis genesis{.protocol_version = 1,
                  .network = draw.text(64),
                  .time = {draw.time_ms()},
                  .owner = key_policy(draw),
                  .lease_key = draw.bytes<PublicKey>(),
                  .validators = validators(draw, 1 + draw.below(4)),
                  .accounts = {},
                  .treasury = balances(draw),
                  .parameters = parameters(draw),
                  .bonds = {}};
  if (draw.chance(2))
    for (std::size_t i = 0; i < genesis.validators.size(); ++i) genesis.bonds.push_back(draw.amount());
  for (const auto& address : draw.sorted<Address>(draw.below(5)))
    genesis.accounts.push_back({.address = address, .balances = balances(draw)});
  return genesis;
}

Trust trust(Draw& draw) {
  Trust trust;
  if (draw.chance(2)) {
    trust.start = GenesisStart{.genesis = genesis(draw), .digest = {}};
  } else {
    trust.start = PinnedStart{.header = header(draw),
                              .digest = {},
                              .next_set = validators(draw, draw.below(4)),
                              .next_set_digest = {}};
  }
  for (auto count = draw.below(3); count > 0; --count)
    trust.handovers.push_back({.header = header(draw),
                               .digest = {},
                               .seals = seals(draw),
                               .sealed_bytes = {},
                               .next_set = validators(draw, draw.below(4)),
                               .next_set_digest = {}});
  return trust;
}

KeyedRow row(Draw& draw, std::size_t kind) {
  const auto address = draw.bytes<Address>();
  switch (kind) {
    case 0: {
      AccountRow row{
          .keys = {}, .nonce = draw.number(), .balances = balances(draw), .deposit = draw.amount()};
      if (draw.chance(2)) row.keys = key_policy(draw);
      return {account_key(address), row};
    }
    case 1:
      return {lane_key(address, draw.number_32()), LaneRow{draw.number(), draw.amount()}};
    case 2:
      return {service_key(draw.text(64)), ServiceRow{.owner = address,
                                                     .kind = draw.text(32),
                                                     .version = draw.chance(2) ? "" : draw.text(32),
                                                     .endpoints = texts(draw, 4, 256),
                                                     .labels = texts(draw, 16, 128),
                                                     .ttl_seconds = draw.number_32(),
                                                     .registered = {draw.number()},
                                                     .expires = {draw.time_ms()},
                                                     .deposit = draw.amount()}};
    case 3:
      return {pools_key(), PoolsRow{.treasury = balances(draw),
                                    .minted = balances(draw),
                                    .burned = balances(draw),
                                    .deposits = draw.amount(),
                                    .services = draw.number(),
                                    .services_swept = {draw.time_ms()},
                                    .bonds = draw.amount()}};
    case 4:
      return {owner_key(), OwnerRow{.epoch = {draw.number()},
                                    .owner = address,
                                    .lease_key = draw.bytes<PublicKey>(),
                                    .renewed_time = {draw.time_ms()},
                                    .renewed_height = {draw.number()},
                                    .deposed = draw.chance(2)}};
    case 5: {
      LogRow row{.size = draw.number(), .frontier = {}};
      for (int i = 0; i < std::popcount(row.size); ++i) row.frontier.push_back(draw.bytes<Digest>());
      return {log_key(), row};
    }
    case 6: {
      ParametersRow row{.values = parameters(draw), .pending = {}};
      for (std::uint64_t i = 0, count = draw.below(4); i < count; ++i)
        row.pending.push_back({.parameter = parameter(draw), .value = draw.number(), .effective = {100 + i}});
      return {parameters_key(), row};
    }
    case 7:
      return {parameter_history_key(parameter(draw), {draw.number()}), ParameterHistoryRow{draw.number()}};
    case 8:
      return {validators_key(), ValidatorsRow{validators(draw, draw.below(5))}};
    case 9: {
      WithdrawalsRow row;
      for (auto count = draw.below(4); count > 0; --count)
        row.entries.push_back({.to = draw.bytes<Address>(),
                               .token = token(draw),
                               .amount = draw.amount(),
                               .asked = {draw.time_ms()},
                               .paid = draw.chance(2)});
      return {withdrawals_key(), row};
    }
    case 11: {
      BondRow row{.seat = validators(draw, 1).front(),
                  .amount = draw.amount(),
                  .deposit = draw.amount(),
                  .bonded = {draw.number()},
                  .ready = {draw.number()},
                  .ready_blocks = draw.number(),
                  .unbonding = {}};
      if (draw.chance(2)) row.unbonding = {draw.time_ms()};
      return {bond_key(address), row};
    }
    case 12:
      return {offence_key(address, {draw.number()}),
              OffenceRow{.reporter = address, .reported = {draw.number()}, .penalty = draw.amount()}};
    case 13:
      return {reporter_key(address), ReporterRow{.commitment = draw.bytes<Digest>(),
                                                 .committed = {draw.number()},
                                                 .deposit = draw.amount()}};
    case 14: {
      EvidenceRow row{.seats = draw.number(), .entries = {}};
      for (auto count = draw.below(4); count > 0; --count)
        row.entries.push_back({.offender = draw.bytes<Address>(),
                               .reported = {draw.number()},
                               .reporter = draw.bytes<Address>(),
                               .bond = draw.amount(),
                               .taken = draw.amount()});
      return {evidence_key(), row};
    }
    case 15:
      return {set_change_key(), set_change(draw)};
    case 16:
      return {sealing_set_key({draw.number()}), SealingSetRow{validators(draw, draw.below(5))}};
    case 17: {
      UpgradeRow row{.version = draw.number_32(), .proposals = {}};
      for (std::uint32_t i = 0, count = static_cast<std::uint32_t>(draw.below(3)); i < count; ++i)
        row.proposals.push_back({.version = i,
                                 .height = {draw.number()},
                                 .votes = draw.sorted<Address>(draw.below(4)),
                                 .decided = draw.chance(2)});
      return {upgrade_key(), row};
    }
    default: {
      ExpiryRow row{texts(draw, 5, 64)};
      row.services.push_back(draw.text(64));
      std::sort(row.services.begin(), row.services.end());
      row.services.erase(std::unique(row.services.begin(), row.services.end()), row.services.end());
      return {expiry_key({draw.time_ms()}), row};
    }
  }
}

}  // namespace mnrt::messages::samples
