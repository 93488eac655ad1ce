#include "actors/hearsay.hpp"

#include <set>
#include <utility>

#include "messages/consensus_codec.hpp"
#include "policies/crypto/ed25519.hpp"

namespace mnrt::actors {

std::vector<policies::Overheard> contradictions(const std::vector<policies::Heard>& heard,
                                                const policies::Consensus& consensus,
                                                const policies::Digest& chain_id) {
  std::vector<policies::Overheard> found;
  // One proof convicts: copies cost nothing.
  std::set<std::pair<policies::Height, policies::Address>> convicted;
  for (const auto& one : heard) {
    const std::pair offence{one.said.body.height, one.signer};
    const auto key = convicted.contains(offence) ? std::nullopt : consensus.contradicted_by(one);
    if (!key) continue;
    if (!policies::verify(*key, messages::signing_bytes_of(chain_id, one.said.body), one.said.signature))
      break;
    found.push_back({one});
    convicted.insert(offence);
  }
  return found;
}

}  // namespace mnrt::actors
