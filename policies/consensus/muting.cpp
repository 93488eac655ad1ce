// Why a node with a seat doesn't sign, and how its owner mends that.
#include <utility>

#include "policies/consensus/consensus.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/consensus/seals.hpp"

namespace mnrt::policies {

Consensus::Mute Consensus::mute_of(const SignStop& stop) {
  return std::holds_alternative<TwoChains>(stop) ? Mute::two_chains : Mute::key_elsewhere;
}

Consensus::Mute Consensus::mute_of(const std::optional<SignState>& disk) {
  const bool past_genesis = tip_.height > Height{0};
  // Where there are others, a key that may have signed is never trusted again, whatever its operator says.
  const bool is_vouched_for = config_.only_copy && tip_.validators.size() == 1;
  if (disk && disk->stopped) {
    const auto* split = std::get_if<TwoChains>(&*disk->stopped);
    const bool is_settled = split && split->final == config_.settled_on;
    if (!is_settled && !is_vouched_for) return mute_of(*disk->stopped);
    guard_.go_on();
  }
  if (disk && disk->height > next(tip_.height)) return Mute::state_ahead;
  if (!past_genesis || is_vouched_for) return Mute::no;
  // A state that stopped before the tip doesn't know what the key signed since: it may be a backup.
  if (!disk) return Mute::state_missing;
  return disk->height < tip_.height ? Mute::state_outdated : Mute::no;
}

void Consensus::stop(SignStop why, Effects& fx) {
  // It refuses already, across restarts too, and nobody's word on this ends that.
  if (mute_ == Mute::state_missing || mute_ == Mute::state_outdated) return;
  if (config_.self) {
    guard_.stop(std::move(why));
    mute_ = mute_of(*guard_.state().stopped);
  } else {
    mute_ = mute_of(why);
  }
  note_mute(fx);
}

/// Going on would hide it, and a second signature could only help the liars: this node rests until someone
/// has looked.
void Consensus::on(const RivalFinal& event, const Env&, Effects& fx) {
  if (event.height != tip_.height || event.digest == tip_.digest) return;
  const auto mine = commits_from(tip_.seals, {tip_.height, tip_.seals.round, tip_.digest}, event.sealed_by);
  const auto theirs =
      commits_from(event.seals, {event.height, event.seals.round, event.digest}, event.sealed_by);
  for (auto* seals : {&mine, &theirs})
    for (auto& commit : *seals) hear(commit, fx);
  if (tip_.digest == config_.settled_on || std::exchange(split_noted_, true)) return;
  note(fx, Note::Level::error, "two_final_blocks",
       {{"final", to_hex(tip_.digest.bytes)}, {"rival", to_hex(event.digest.bytes)}});
  stop(TwoChains{tip_.height, tip_.digest, tip_.seals, event.digest, event.seals}, fx);
}

void Consensus::report(const ConsensusMessage& first, const ConsensusMessage& second, Effects& fx) {
  auto& offender = signer_of(first);
  if (!heard_.is_first_report(height_of(first), offender)) return;
  fx.evidence.push_back({offender, first, second});
  note(fx, Note::Level::warning, "evidence_found");
  if (offender == config_.self) stop(KeyElsewhere{statement_of(first), statement_of(second)}, fx);
}

void Consensus::note_mute(Effects& fx) const {
  constexpr auto new_key =
      "Unbond this seat, and bond one with new keys. A network of one: start once with "
      "--i-am-the-only-copy, if no copy of this key runs anywhere.";
  auto say = [&](std::string_view code, std::string mend) {
    note(fx, Note::Level::error, code, {{"mend", std::move(mend)}});
  };
  switch (mute_) {
    case Mute::no:
      return;
    case Mute::state_missing:
      return say("sign_state_missing", new_key);
    case Mute::state_outdated:
      return say("sign_state_outdated", new_key);
    case Mute::state_ahead:
      return say("sign_state_ahead",
                 "The chain lost blocks that this key signed: signing resumes once sync has them.");
    case Mute::two_chains:
      return say("chain_split",
                 "More than a third of the validators sealed two blocks for one height. This node signs no "
                 "more. It keeps its chain, and both blocks' digests and seals in its sign state (mnrt debug "
                 "sign-state). Agree with the other operators on which chain goes on. This node's: start "
                 "with --split-settled-on and the digest that is final here. The other: put this data "
                 "aside, and bond a seat there with new keys.");
    case Mute::key_elsewhere:
      return say("key_signs_elsewhere",
                 "Another copy of the consensus key is running. This node signs no more with it, and keeps "
                 "both statements that contradict each other in its sign state (mnrt debug sign-state). Stop "
                 "the other copy. " +
                     std::string{new_key});
  }
}

}  // namespace mnrt::policies
