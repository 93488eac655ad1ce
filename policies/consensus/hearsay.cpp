// What validators told others, held against what they told me.
#include <algorithm>
#include <utility>

#include "policies/consensus/consensus.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/limits.hpp"

namespace mnrt::policies {

void Consensus::hear(const ConsensusMessage& message, Effects& fx) {
  heard_.reached(open_.height, open_.round);
  for (auto& heard : heard_in(message)) hear(heard, fx);
}

void Consensus::hear(const Heard& heard, Effects& fx) {
  if (auto first = heard_.add(heard.signer, heard.said))
    report(message_of({heard.signer, std::move(*first)}), message_of(heard), fx);
}

/// Nobody tells me of what I said, and nobody else needs to: they have it from me.
void Consensus::tell_heard(std::optional<Address> to, std::vector<Heard> heard, Effects& fx) const {
  std::erase_if(heard, [&](const auto& one) { return one.signer == config_.self || one.signer == to; });
  if (heard.size() > limits::hearsay_max) heard.resize(limits::hearsay_max);
  if (!heard.empty()) fx.ask.push_back(TellHeard{to, std::move(heard)});
}

/// With each final block, several times, because links lose mail; and when more has come of these heights.
void Consensus::tell_newest_heard(Effects& fx) const {
  const auto before = std::min(tip_.height.value, limits::hearsay_told_heights - 1);
  tell_heard(std::nullopt, heard_.disputed_from({tip_.height.value - before}), fx);
}

std::optional<PublicKey> Consensus::contradicted_by(const Heard& heard) const {
  if (!heard_.against(heard.signer, heard.said.body) ||
      heard_.is_reported(heard.said.body.height, heard.signer))
    return std::nullopt;
  for (const auto* set : {&open_.set, &tip_set_})
    if (const auto seat = index_of(*set, heard.signer)) return (*set)[*seat].consensus_key;
  return std::nullopt;
}

/// What lies ahead isn't kept: one word of a far height would push out everything that was heard.
void Consensus::on(const Overheard& event, const Env&, Effects& fx) {
  if (event.heard.said.body.height > open_.height) return;
  heard_.reached(open_.height, open_.round);
  hear(event.heard, fx);
}

}  // namespace mnrt::policies
