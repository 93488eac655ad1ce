#include "actors/verifier.hpp"

#include <caf/all.hpp>
#include <memory>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/mail/validator.hpp"
#include "actors/seal_check.hpp"
#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/transaction_check.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/crypto/verified.hpp"

namespace mnrt::actors {
namespace {

using policies::Refusal;

void verify_one(const policies::Digest& chain_id, const policies::Bytes& frame, VerifiedFrames& out) {
  auto& item = out.items.emplace_back();
  auto decoded = messages::decode_transaction(frame);
  if (!decoded) {
    item.refusal = messages::refusal_of(decoded.error());
    return;
  }
  item.id = (*decoded)->id;
  auto verified = messages::verify_frame(*decoded, chain_id);
  if (!verified) {
    item.refusal = verified.error();
    return;
  }
  out.transactions.push_back(std::move(*verified));
}

CheckedConsensus check_consensus(const policies::Digest& chain_id, const CheckConsensus& work) {
  auto decoded = messages::decode_consensus(*work.frame);
  if (!decoded) return {{}, name_of(decoded.error()), 0, {}};
  const auto signatures = messages::signatures_in(*decoded);
  const auto& set = work.sets.of(policies::height_of(*decoded));
  const auto message = std::make_shared<const policies::ConsensusMessage>(std::move(*decoded));
  if (auto verified = messages::verify_consensus(message, chain_id, set))
    return {{std::move(*verified)}, {}, signatures, {}};
  return {{}, "bad_signature", signatures, messages::verify_statement(*message, chain_id, set)};
}

CheckedFinals check_finals(const policies::Digest& chain_id, const CheckFinals& work) {
  CheckedFinals checked;
  const auto& sets = work.sets;
  const auto set_digest = messages::digest_of(chain_id, *sets.now);
  auto expected = sets.open;
  for (const auto& frame : work.frames) {
    auto decision = messages::decode_decision(*frame);
    if (!decision) {
      checked.refusal = name_of(decision.error());
      break;
    }
    const auto& header = decision->block->header;
    const bool beside_tip =
        next(header.height) == sets.open && sets.before && decision->block->digest != sets.tip;
    if (!beside_tip && header.height < expected) continue;  // became final here meanwhile
    if ((!beside_tip && header.height != expected) || header.chain_id != chain_id) {
      checked.refusal = "not_the_next_block";
      break;
    }
    if (!fault_of_seals(decision->seals, {.chain_id = chain_id,
                                          .height = header.height,
                                          .digest = decision->block->digest,
                                          .validators = sets.of(header.height)})
             .empty()) {
      checked.refusal = "bad_seals";
      break;
    }
    const bool same_set = header.next_validators == set_digest;
    checked.decisions.push_back(std::make_shared<const policies::Decision>(std::move(*decision)));
    if (beside_tip) continue;
    if (!same_set) break;
    expected = next(expected);
  }
  return checked;
}

verifier_actor::behavior_type verifier(verifier_actor::pointer self, policies::Digest chain_id,
                                       Notes* notes) {
  self->set_exception_handler(note_and_end(*notes, "verifier"));
  return {
      [chain_id](const VerifyFrames& work) {
        VerifiedFrames out;
        out.items.reserve(work.frames.size());
        out.transactions.reserve(work.frames.size());
        for (const auto& frame : work.frames) verify_one(chain_id, *frame, out);
        return out;
      },
      [chain_id](const CheckConsensus& work) { return check_consensus(chain_id, work); },
      [chain_id](const CheckFinals& work) { return check_finals(chain_id, work); },
  };
}

}  // namespace

verifier_actor spawn_verifier(caf::actor_system& system, const policies::Digest& chain_id, Notes& notes) {
  return system.spawn(verifier, chain_id, &notes);
}

}  // namespace mnrt::actors
