#include "policies/consensus/next_height_box.hpp"

#include "policies/consensus/evidence.hpp"

namespace mnrt::policies {
namespace {

constexpr std::size_t vote_bytes = sizeof(Signed<Prepare>);

std::size_t bytes_of(const Signed<Prepare>&) {
  return vote_bytes;
}
std::size_t bytes_of(const Signed<Commit>&) {
  return vote_bytes;
}

std::size_t bytes_of(const Signed<RoundChange>& change) {
  auto& claim = change.body.prepared;
  return sizeof change + (claim ? claim->prepares.size() * vote_bytes : 0);
}

std::size_t bytes_of(const Signed<Proposal>& proposal) {
  std::size_t bytes = sizeof proposal;
  for (auto& change : proposal.body.justification) bytes += bytes_of(change);
  if (!proposal.body.block) return bytes;
  bytes += sizeof(Block);
  for (auto& transaction : proposal.body.block->transactions) bytes += transaction->bytes();
  return bytes;
}

}  // namespace

std::size_t approximate_bytes(const ConsensusMessage& message) {
  return std::visit([](const auto& m) { return bytes_of(m); }, message);
}

std::optional<ConsensusMessage> NextHeightBox::add(const ConsensusMessage& message,
                                                   bool from_expected_leader) {
  auto slot = Slot{message.index(), signer_of(message)};
  auto before = kept_.find(slot);
  if (before != kept_.end()) {
    if (contradict(before->second.message, message)) return before->second.message;
    if (round_of(message) <= round_of(before->second.message)) return std::nullopt;
    bytes_ -= before->second.bytes;
    kept_.erase(before);
  }
  bool on_top = from_expected_leader && std::holds_alternative<Signed<Proposal>>(message);
  auto bytes = on_top ? 0 : approximate_bytes(message);
  if (bytes_ + bytes > next_height_bytes_max) return std::nullopt;
  bytes_ += bytes;
  kept_.emplace(slot, Kept{message, bytes});
  return std::nullopt;
}

std::optional<Address> NextHeightBox::someone() const {
  return kept_.empty() ? std::nullopt : std::optional(kept_.begin()->first.second);
}

std::vector<ConsensusMessage> NextHeightBox::take() {
  std::vector<ConsensusMessage> all;
  for (auto& [slot, kept] : kept_) all.push_back(std::move(kept.message));
  kept_.clear();
  bytes_ = 0;
  return all;
}

}  // namespace mnrt::policies
