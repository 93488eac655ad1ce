#include "actors/verifier.hpp"

#include <caf/all.hpp>
#include <memory>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/mail/validator.hpp"
#include "messages/transaction_codec.hpp"
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
  auto verified = policies::verify_transaction(*decoded, messages::body_view(**decoded), chain_id);
  if (!verified) {
    item.refusal = verified.error();
    return;
  }
  out.transactions.push_back(std::move(*verified));
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
  };
}

}  // namespace

verifier_actor spawn_verifier(caf::actor_system& system, const policies::Digest& chain_id, Notes& notes) {
  return system.spawn(verifier, chain_id, &notes);
}

}  // namespace mnrt::actors
