#include "sims/seal_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::sims {
namespace {

constexpr std::size_t verified_max = 4'096;

}  // namespace

SealChecker::SealChecker(const policies::Genesis& genesis) : chain_id_(messages::chain_id_of(genesis)) {
  auto set = genesis.validators;
  std::ranges::sort(set, {}, &policies::Validator::address);
  const auto digest = messages::digest_of(chain_id_, set);
  sets_.emplace(digest, std::move(set));
  next_set_[{{0}, chain_id_}] = digest;
  set_of_height_[{1}] = digest;
}

std::optional<std::string> SealChecker::fault_of_tip(const actors::LedgerView& ledger) {
  const auto tip = ledger.tip();
  if (!tip || !*tip) return "the store shows no tip";
  const auto block = ledger.header(**tip);
  if (!block || !*block) return fmt::format("the store doesn't show the header of its tip {}", (*tip)->value);
  const auto& header = (*block)->header;
  last_time_ = header.time;
  next_set_[{header.height, (*block)->digest}] = header.next_validators;
  set_of_height_[next(header.height)] = header.next_validators;
  if (!sets_.contains(header.next_validators)) {
    const auto row = ledger.row(policies::validators_key());
    if (!row || !*row) return "the store shows no validators";
    auto set = std::get<policies::ValidatorsRow>(**row).validators;
    if (messages::digest_of(chain_id_, set) != header.next_validators)
      return fmt::format("block {} names another set than the state after it", header.height.value);
    sets_[header.next_validators] = std::move(set);
  }
  const policies::Height parent{header.height.value - 1};
  const auto known = next_set_.find({parent, header.parent});
  if (known == next_set_.end())
    return fmt::format("block {} follows a block that nobody had", header.height.value);
  if (auto fault = fault_of({header.height, (*block)->digest, (*block)->seals}, sets_.at(known->second)))
    return fault;
  sealed_by_[{header.height, (*block)->digest}] = known->second;
  // What the header says of its parent proves the parent to those who have nothing else.
  const auto parents = sealed_by_.find({parent, header.parent});
  if (parents == sealed_by_.end()) return std::nullopt;
  if (auto fault = fault_of({parent, header.parent, header.parent_seals}, sets_.at(parents->second)))
    return fmt::format("in the header of block {}: {}", header.height.value, *fault);
  return std::nullopt;
}

bool SealChecker::may_sign(policies::Height height, const policies::Address& seat) const {
  const auto digest = set_of_height_.find(height);
  return digest == set_of_height_.end() || policies::index_of(sets_.at(digest->second), seat);
}

std::optional<std::size_t> SealChecker::seats(policies::Height height) const {
  const auto digest = set_of_height_.find(height);
  return digest == set_of_height_.end() ? std::nullopt : std::optional(sets_.at(digest->second).size());
}

std::optional<std::string> SealChecker::fault_of(const Sealed& block, const policies::ValidatorSet& set) {
  const auto& seals = block.seals;
  const auto height = block.height.value;
  if (seals.signers.size() != set.size())
    return fmt::format("the seals of block {} are of {} seats, and there are {}", height,
                       seals.signers.size(), set.size());
  const auto bytes =
      messages::signing_bytes_of(chain_id_, policies::Commit{block.height, seals.round, block.digest});
  std::size_t sealed = 0;
  for (std::size_t seat = 0; seat < set.size(); ++seat) {
    if (!seals.signers[seat]) continue;
    sealers_.insert(set[seat].address);
    if (sealed >= seals.signatures.size()) return fmt::format("block {} lacks a seal it lists", height);
    const auto& signature = seals.signatures[sealed++];
    policies::Bytes claim{bytes};
    claim.insert(claim.end(), set[seat].consensus_key.bytes.begin(), set[seat].consensus_key.bytes.end());
    claim.insert(claim.end(), signature.bytes.begin(), signature.bytes.end());
    if (verified_.contains(claim)) continue;
    if (!policies::verify(set[seat].consensus_key, bytes, signature))
      return fmt::format("the seal of seat {} on block {} is false", seat, height);
    if (verified_.size() >= verified_max) verified_.clear();
    verified_.insert(std::move(claim));
  }
  if (sealed != seals.signatures.size() || 3 * sealed < 2 * set.size())
    return fmt::format("block {} has {} seals of {} seats", height, sealed, set.size());
  return std::nullopt;
}

}  // namespace mnrt::sims
