#include "sims/pools.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <variant>

#include "actors/api_calls.hpp"

namespace mnrt::sims {

void look_at_pools(const Pools& pools) {
  for (std::size_t i = 0; i < pools.nodes.size(); ++i)
    pools.nodes[i]->front_end().call(
        actors::api::StatusOfNode{}, [pools, i](const actors::api::Reply& reply) {
          const auto* report = std::get_if<actors::api::NodeReport>(&reply);
          if (report == nullptr) return;
          const auto bound = pools.scenario.pool_transactions;
          // A tenth is kept for the reserved lane.
          if (report->pool_transactions >= bound * 9 / 10) ++pools.faults["pool_full"];
          if (report->pool_transactions > bound)
            pools.checkers.violated(
                fmt::format("the pool of node {} holds {} transactions", i, report->pool_transactions));
        });
}

}  // namespace mnrt::sims
