#include "messages/block_codec.hpp"

#include "messages/block.capnp.h"
#include "messages/outcome_codec.hpp"
#include "messages/shared_values.hpp"
#include "messages/strict.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"
#include "policies/merkle.hpp"

namespace mnrt::messages {
namespace {

namespace limits = policies::limits;
using policies::Bytes;
using policies::ByteView;
using policies::Domain;

constexpr std::size_t beta_bytes = 64;        // RFC 9381, 5.5: hLen of EDWARDS25519-SHA512-TAI
constexpr std::size_t beta_proof_bytes = 80;  // ptLen + cLen + qLen

policies::Header read_header(wire::Header::Reader reader) {
  require_version(reader.getProtocolVersion());
  require_known(reader);
  require(reader.getBeta().size() == beta_bytes && reader.getBetaProof().size() == beta_proof_bytes,
          DecodeError::wrong_length);
  require(reader.hasParentSeals(), DecodeError::missing_field);
  return {.protocol_version = reader.getProtocolVersion(),
          .chain_id = read_32<policies::Digest>(reader.getChainId()),
          .height = {reader.getHeight()},
          .time = read_time(reader.getTimeMs()),
          .parent = read_32<policies::Digest>(reader.getParent()),
          .proposer = read_32<policies::Address>(reader.getProposer()),
          .transaction_root = read_32<policies::Digest>(reader.getTransactionRoot()),
          .outcome_root = read_32<policies::Digest>(reader.getOutcomeRoot()),
          .state_root = read_32<policies::Digest>(reader.getStateRoot()),
          .log_size = reader.getLogSize(),
          .log_root = read_32<policies::Digest>(reader.getLogRoot()),
          .next_validators = read_32<policies::Digest>(reader.getNextValidators()),
          .owner_epoch = {reader.getOwnerEpoch()},
          .beta = bytes_of(reader.getBeta()),
          .beta_proof = bytes_of(reader.getBetaProof()),
          .parent_seals = read_seals(reader.getParentSeals())};
}

void write_header(wire::Header::Builder builder, const policies::Header& header) {
  builder.setProtocolVersion(header.protocol_version);
  write_32(builder.getChainId(), header.chain_id);
  builder.setHeight(header.height.value);
  builder.setTimeMs(header.time.ms);
  write_32(builder.getParent(), header.parent);
  write_32(builder.getProposer(), header.proposer);
  write_32(builder.getTransactionRoot(), header.transaction_root);
  write_32(builder.getOutcomeRoot(), header.outcome_root);
  write_32(builder.getStateRoot(), header.state_root);
  builder.setLogSize(header.log_size);
  write_32(builder.getLogRoot(), header.log_root);
  write_32(builder.getNextValidators(), header.next_validators);
  builder.setOwnerEpoch(header.owner_epoch.value);
  builder.setBeta(data_of(header.beta));
  builder.setBetaProof(data_of(header.beta_proof));
  write_seals(builder.initParentSeals(), header.parent_seals);
}

policies::TransactionList read_transactions(bool present, capnp::List<capnp::Data>::Reader list) {
  require_list(present, list, limits::block_transactions_max);
  policies::TransactionList transactions;
  transactions.reserve(list.size());
  for (auto frame : list) transactions.push_back(unwrap(decode_transaction(nested(frame))));
  return transactions;
}

/// Words that the list takes with the pointers to it, so that a message of it alone is built in place.
std::size_t words_of_list(const policies::TransactionList& transactions) {
  std::size_t words = 4;
  for (const auto& transaction : transactions) words += 1 + transaction->frame->size() / sizeof(capnp::word);
  return words;
}

void write_transactions(capnp::List<capnp::Data>::Builder list,
                        const policies::TransactionList& transactions) {
  for (unsigned i = 0; i < list.size(); ++i) list.set(i, data_of(*transactions[i]->frame));
}

std::shared_ptr<const policies::Block> read_block(wire::Block::Reader reader) {
  require_known(reader);
  const auto bytes = nested(reader.getHeader());
  auto block = std::make_shared<policies::Block>();
  block->header = unwrap(decode_header(bytes));
  block->digest = policies::domain_hash(Domain::header, block->header.chain_id, bytes);
  block->transactions = read_transactions(reader.hasTransactions(), reader.getTransactions());
  require(transaction_root(block->header.chain_id, block->transactions) == block->header.transaction_root,
          DecodeError::inconsistent);
  return block;
}

void write_block(wire::Block::Builder builder, ByteView header,
                 const policies::TransactionList& transactions) {
  builder.setHeader(data_of(header));
  if (transactions.empty()) return;
  write_transactions(builder.initTransactions(static_cast<unsigned>(transactions.size())), transactions);
}

}  // namespace

Bytes encode_header(const policies::Header& header) {
  return encode_with<wire::Header>([&](wire::Header::Builder builder) { write_header(builder, header); });
}

std::expected<policies::Header, DecodeError> decode_header(ByteView bytes) {
  return decode_with<wire::Header>(bytes, limits::header_bytes_max, read_header);
}

policies::Digest digest_of(const policies::Header& header) {
  return policies::domain_hash(Domain::header, header.chain_id, encode_header(header));
}

Bytes encode_transactions(const policies::TransactionList& transactions) {
  return encode_in_place<wire::Body>(words_of_list(transactions), [&](wire::Body::Builder builder) {
    if (transactions.empty()) return;
    write_transactions(builder.initTransactions(static_cast<unsigned>(transactions.size())), transactions);
  });
}

std::expected<policies::TransactionList, DecodeError> decode_transactions(ByteView bytes) {
  return decode_with<wire::Body>(bytes, limits::frame_bytes_max, [](wire::Body::Reader reader) {
    require_known(reader);
    return read_transactions(reader.hasTransactions(), reader.getTransactions());
  });
}

Bytes encode_block(const policies::Block& block) {
  const auto header = encode_header(block.header);
  const auto words = 4 + header.size() / sizeof(capnp::word) + words_of_list(block.transactions);
  return encode_in_place<wire::Block>(
      words, [&](wire::Block::Builder builder) { write_block(builder, header, block.transactions); });
}

std::expected<std::shared_ptr<const policies::Block>, DecodeError> decode_block(ByteView bytes) {
  return decode_with<wire::Block>(bytes, limits::frame_bytes_max, read_block);
}

Bytes encode_sealed_header(const SealedHeader& sealed) {
  return encode_with<wire::SealedHeader>([&](wire::SealedHeader::Builder builder) {
    builder.setHeader(data_of(encode_header(sealed.header)));
    write_seals(builder.initSeals(), sealed.seals);
    builder.setTransactions(sealed.transactions);
  });
}

std::expected<SealedHeader, DecodeError> decode_sealed_header(ByteView bytes) {
  return decode_with<wire::SealedHeader>(
      bytes, 2 * limits::header_bytes_max, [](wire::SealedHeader::Reader reader) -> SealedHeader {
        require_known(reader);
        require(reader.hasSeals(), DecodeError::missing_field);
        return {.header = unwrap(decode_header(nested(reader.getHeader()))),
                .seals = read_seals(reader.getSeals()),
                .transactions = reader.getTransactions()};
      });
}

Bytes encode_decision(const policies::Decision& decision) {
  return encode_with<wire::Decision>([&](wire::Decision::Builder builder) {
    write_block(builder.initBlock(), encode_header(decision.block->header), decision.block->transactions);
    write_seals(builder.initSeals(), decision.seals);
  });
}

std::expected<policies::Decision, DecodeError> decode_decision(ByteView bytes) {
  return decode_with<wire::Decision>(
      bytes, limits::frame_bytes_max, [](wire::Decision::Reader reader) -> policies::Decision {
        require_known(reader);
        require(reader.hasBlock() && reader.hasSeals(), DecodeError::missing_field);
        return {.block = read_block(reader.getBlock()), .seals = read_seals(reader.getSeals())};
      });
}

policies::Digest transaction_root(const policies::Digest& chain_id,
                                  const policies::TransactionList& transactions) {
  std::vector<policies::Digest> leaves;
  leaves.reserve(transactions.size());
  for (const auto& transaction : transactions) leaves.push_back(policies::blake3(*transaction->frame));
  return policies::domain_hash(Domain::transaction_root, chain_id, policies::merkle_root(leaves).bytes);
}

policies::Digest outcome_root(const policies::Digest& chain_id, std::span<const policies::Outcome> outcomes) {
  std::vector<policies::Digest> leaves;
  leaves.reserve(outcomes.size());
  for (const auto& outcome : outcomes) leaves.push_back(policies::blake3(encode_outcome(outcome)));
  return policies::domain_hash(Domain::outcome_root, chain_id, policies::merkle_root(leaves).bytes);
}

policies::Digest digest_of(const policies::Digest& chain_id, const policies::ValidatorSet& set) {
  const auto bytes = encode_with<wire::ValidatorSet>([&](wire::ValidatorSet::Builder builder) {
    if (set.empty()) return;
    write_validators(builder.initValidators(static_cast<unsigned>(set.size())), set);
  });
  return policies::domain_hash(Domain::validator_set, chain_id, bytes);
}

}  // namespace mnrt::messages
