#include "sims/bonds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <variant>

#include "actors/ledger_view.hpp"
#include "policies/ledger/state.hpp"

namespace mnrt::sims {

std::uint64_t check_bonds(const Bonded& world) {
  const auto& dishonest = world.cast.dishonest();
  std::vector<bool> punished(world.nodes.size());
  for (std::size_t seat = 0; seat < punished.size(); ++seat)
    punished[seat] = world.cast.identity(seat) == seat && world.operators.had_seat(seat);
  const auto had_seat = punished;
  for (std::size_t node = 0; node < world.nodes.size(); ++node) {
    if (dishonest[node]) continue;
    const actors::LedgerView ledger{world.nodes[node]->disk().written().snapshot()};
    const auto set = set_in(ledger);
    for (std::size_t seat = 0; seat < had_seat.size(); ++seat) {
      if (!had_seat[seat]) continue;
      const auto address = world.nodes[seat]->seat();
      const auto bond = ledger.read(policies::bond_key(address));
      const bool is_cut = !bond || std::get<policies::BondRow>(*bond).amount < bond_of_each;
      const bool is_out = world.operators.keeps_seat(seat) && !policies::index_of(set, address);
      if (!dishonest[seat] && (is_cut || is_out))
        world.checkers.violated(fmt::format("at node {} honest validator {} lost bond or seat", node, seat));
      if (!is_cut || !is_out) punished[seat] = false;
    }
  }
  return static_cast<std::uint64_t>(std::ranges::count(punished, true));
}

}  // namespace mnrt::sims
