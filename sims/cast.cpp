#include "sims/cast.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "messages/genesis_codec.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {

Cast::Cast(const Scenario& scenario, SeededChance& chance) {
  for (std::size_t i = 0; i < scenario.nodes; ++i) identities_.push_back(i);
  const auto few = scenario.faulty();
  const auto& lies = scenario.byzantine;
  if (!lies.strategy.empty()) {
    const auto wanted = scenario.liars();
    beyond_f_ = wanted > few;
    // Clocks far off are those of the first ones: who lies is among the same f.
    const bool first = scenario.clocks.far_skew_ms_max != 0 || scenario.faults.jump_clock_every_ms != 0;
    // Who joins later is honest.
    std::vector<std::size_t> left{identities_.begin(),
                                  identities_.begin() + static_cast<std::ptrdiff_t>(scenario.seats())};
    // An owner that is to die is honest: a twin of it would go on to renew its lease.
    if (scenario.owner_dies_ms != 0) left.erase(left.begin());
    while (liars_.size() < wanted) {
      const auto at = static_cast<std::ptrdiff_t>(first ? 0 : chance.below(left.size()));
      const auto drawn = strategy_names[chance.below(strategy_names.size())].second;
      liars_.push_back({left[static_cast<std::size_t>(at)], strategy_of(lies.strategy).value_or(drawn)});
      left.erase(left.begin() + at);
    }
  }
  for (const auto& liar : liars_)
    if (liar.strategy == Strategy::twins) identities_.push_back(liar.identity);
  for (const auto identity : identities_)
    dishonest_.push_back(std::ranges::find(liars_, identity, &Liar::identity) != liars_.end());
}

bool Cast::has_address(const std::string& text) const {
  return std::ranges::any_of(
      liars_, [&](const auto& liar) { return policies::to_bech32m(seat_of_node(liar.identity)) == text; });
}

void Cast::enter(SeededChance& chance, Network& network, FaultCounts& faults,
                 const policies::Genesis& genesis, const std::function<policies::BlockTime()>& now) {
  std::vector<policies::Address> members;
  for (const auto& liar : liars_) members.push_back(seat_of_node(liar.identity));
  conspiracy_ = std::make_unique<Conspiracy>(chance, std::move(members));
  auto set = genesis.validators;
  std::ranges::sort(set, {}, &policies::Validator::address);
  for (std::size_t node = 0; node < identities_.size(); ++node) {
    const auto liar = std::ranges::find(liars_, identities_[node], &Liar::identity);
    if (liar == liars_.end()) continue;
    strategies_.push_back(
        std::make_unique<Byzantine>(ByzantineDeps{.node = node,
                                                  .identity = identities_[node],
                                                  .chain_id = messages::chain_id_of(genesis),
                                                  .validators = set,
                                                  .chance = chance,
                                                  .network = network,
                                                  .faults = faults,
                                                  .conspiracy = *conspiracy_,
                                                  .now = now},
                                    liar->strategy));
  }
}

std::vector<std::string> Cast::expected() const {
  std::vector<std::string> counts;
  for (const auto& liar : liars_) counts.push_back(fmt::format("byzantine_{}", name_of(liar.strategy)));
  return counts;
}

}  // namespace mnrt::sims
