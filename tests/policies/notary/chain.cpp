#include "tests/policies/notary/chain.hpp"

#include <algorithm>

namespace mnrt::tests {
namespace {

policies::SigningKey key_of(const std::string& seed) {
  return policies::SigningKey{policies::SecretSeed{policies::sha256(view_of(seed)).bytes}};
}

policies::Digest digest_of(const policies::Header& header) {
  const auto text = std::to_string(header.height.value) + " " + policies::to_hex(header.chain_id.bytes) +
                    " " + policies::to_hex(header.next_validators.bytes);
  return policies::sha256(view_of(text));
}

}  // namespace

std::vector<Seat> make_seats(std::size_t n, const std::string& name) {
  std::vector<Seat> seats;
  for (std::size_t i = 0; i < n; ++i) {
    const auto seed = name + " " + std::to_string(i);
    Seat seat{key_of(seed + " consensus"), key_of(seed + " log"), key_of(seed + " cosigner"), {}};
    seat.validator = {.address = {policies::sha256(view_of(seed)).bytes},
                      .operated_by = {policies::sha256(view_of(seed + " operator")).bytes},
                      .consensus_key = seat.consensus.public_key(),
                      .log_key = seat.log.public_key(),
                      .cosigner_key = seat.cosigner.public_key(),
                      .tsa_certificate = {}};
    seats.push_back(std::move(seat));
  }
  std::ranges::sort(seats, {}, [](const Seat& seat) { return seat.validator.address; });
  return seats;
}

policies::ValidatorSet set_of(const std::vector<Seat>& seats) {
  policies::ValidatorSet set;
  for (const auto& seat : seats) set.push_back(seat.validator);
  return set;
}

policies::Digest digest_of(const policies::ValidatorSet& set) {
  policies::Sha256 hash;
  for (const auto& seat : set)
    for (const auto& part :
         {seat.address.bytes, seat.consensus_key.bytes, seat.log_key.bytes, seat.cosigner_key.bytes})
      hash.update(part);
  return hash.finish();
}

void StoredLog::add(std::string_view leaf) {
  const auto key = policies::log_hashes_key(row_.size);
  rows_[key] = policies::encode_log_hashes(policies::append(row_, policies::leaf_hash(view_of(leaf))));
}

std::optional<policies::Digest> StoredLog::node(policies::LogNode node) const {
  const auto [leaf, position] = policies::place_of(node);
  const auto row = rows_.find(policies::log_hashes_key(leaf));
  if (row == rows_.end()) return std::nullopt;
  return policies::log_hash_at(row->second, position);
}

Chain::Chain(std::vector<Seat> first, const std::string& name) : seats(std::move(first)) {
  policies::GenesisStart genesis{.genesis = {}, .digest = policies::sha256(view_of(name))};
  genesis.genesis.network = name;
  genesis.genesis.validators = set_of(seats);
  trust.start = genesis;
}

std::uint64_t Chain::notarise(std::string_view document) {
  const policies::Leaf leaf{.origin = origin(),
                            .document = policies::sha256(view_of(document)),
                            .label_hash = {},
                            .transaction = policies::sha256(view_of(std::to_string(leaves.size()))),
                            .height = {height},
                            .time = {1'795'000'000'000 + static_cast<std::int64_t>(height)}};
  leaves.push_back(to_text(leaf));
  log.add(leaves.back());
  return leaves.size() - 1;
}

policies::SignedNote Chain::checkpoint(const Signers& signers) const {
  policies::SignedNote note{.text = to_text(policies::Checkpoint{origin(), log.head()}), .signatures = {}};
  for (auto seat : signers.logs) {
    const auto& signer = seats.at(seat);
    note.signatures.push_back(note_signature(policies::log_key_of(origin(), signer.validator),
                                             signer.log.sign(policies::note_message(note.text))));
  }
  for (auto seat : signers.cosigners) {
    const auto& signer = seats.at(seat);
    const std::uint64_t unix_seconds = 1'795'000'100 + seat;
    note.signatures.push_back(
        cosignature(policies::cosigner_key_of(origin(), signer.validator), unix_seconds,
                    signer.cosigner.sign(policies::cosignature_message(note.text, unix_seconds))));
  }
  return note;
}

policies::Receipt Chain::receipt(std::uint64_t index, const Signers& signers) const {
  return {.leaf = leaves.at(index),
          .index = index,
          .proof = policies::prove_inclusion({.index = index, .size = log.row().size}, log).value(),
          .checkpoint = checkpoint(signers)};
}

void seal(policies::Handover& handover, const std::vector<Seat>& seats,
          const std::vector<std::size_t>& sealers) {
  handover.digest = digest_of(handover.header);
  handover.sealed_bytes = policies::signing_bytes(policies::Domain::commit, handover.header.chain_id,
                                                  policies::ByteView{handover.digest.bytes});
  handover.seals = {.round = {0}, .signers = std::vector<bool>(seats.size()), .signatures = {}};
  for (auto seat : sealers) handover.seals.signers[seat] = true;
  for (std::size_t seat = 0; seat < seats.size(); ++seat)
    if (handover.seals.signers[seat])
      handover.seals.signatures.push_back(seats[seat].consensus.sign(handover.sealed_bytes));
}

void Chain::hand_over(std::vector<Seat> next, const std::vector<std::size_t>& sealers) {
  policies::Handover handover;
  handover.next_set = set_of(next);
  handover.next_set_digest = digest_of(handover.next_set);
  handover.header.chain_id = id();
  handover.header.height = {height++};
  handover.header.next_validators = handover.next_set_digest;
  seal(handover, seats, sealers);
  trust.handovers.push_back(std::move(handover));
  seats = std::move(next);
}

}  // namespace mnrt::tests
