#include "actors/seal_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "messages/consensus_codec.hpp"
#include "policies/consensus/seals.hpp"
#include "policies/crypto/ed25519.hpp"

namespace mnrt::actors {
namespace {

/// The seal of a seat, or nullptr.
const policies::Signature* seal_of(const policies::SealSet& seals, std::size_t seat) {
  if (seat >= seals.signers.size() || !seals.signers[seat]) return nullptr;
  const auto end = seals.signers.begin() + static_cast<std::ptrdiff_t>(seat);
  const auto before = static_cast<std::size_t>(std::count(seals.signers.begin(), end, true));
  return before < seals.signatures.size() ? &seals.signatures[before] : nullptr;
}

}  // namespace

std::string fault_of_seals(const policies::SealSet& seals, const SealedBlock& block,
                           const policies::SealSet* known) {
  const auto& set = block.validators;
  if (!policies::is_seal_quorum(seals, set.size())) return "its seals are no quorum";
  if (known != nullptr && known->round != seals.round) known = nullptr;
  const auto message =
      messages::signing_bytes_of(block.chain_id, policies::Commit{block.height, seals.round, block.digest});
  for (std::size_t seat = 0; seat < set.size(); ++seat) {
    const auto* seal = seal_of(seals, seat);
    if (seal == nullptr) continue;
    const auto* same = known != nullptr ? seal_of(*known, seat) : nullptr;
    if (same != nullptr && *same == *seal) continue;
    if (!policies::verify(set[seat].consensus_key, message, *seal))
      return fmt::format("the seal of seat {} is not its validator's", seat);
  }
  return {};
}

}  // namespace mnrt::actors
