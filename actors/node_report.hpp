#pragma once

#include <functional>

#include "actors/api_calls.hpp"
#include "actors/gateway.hpp"

namespace mnrt::actors {

/// Asks every role for its facts and calls `done` once, on the asking actor, when all have answered or the
/// short time-out is over. A role that doesn't answer in time is reported as such.
void collect_node_report(gateway_actor::pointer self, const GatewayDeps& deps,
                         std::function<void(api::NodeReport)> done);

}  // namespace mnrt::actors
