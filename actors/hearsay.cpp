#include "actors/hearsay.hpp"

#include "messages/consensus_codec.hpp"
#include "policies/crypto/ed25519.hpp"

namespace mnrt::actors {

std::vector<policies::Overheard> contradictions(const std::vector<policies::Heard>& heard,
                                                const policies::Consensus& consensus,
                                                const policies::Digest& chain_id) {
  std::vector<policies::Overheard> found;
  for (const auto& one : heard) {
    const auto key = consensus.contradicted_by(one);
    if (!key) continue;
    if (!policies::verify(*key, messages::signing_bytes_of(chain_id, one.said.body), one.said.signature))
      break;
    found.push_back({one});
  }
  return found;
}

}  // namespace mnrt::actors
