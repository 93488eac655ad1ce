#pragma once

#include <cstdint>
#include <optional>

#include "actors/api_calls.hpp"
#include "sims/world.hpp"

// What anyone may ask a node, with the world going on until it has answered.
namespace mnrt::sims {

/// How it says it is; nothing: it doesn't answer.
std::optional<actors::api::NodeReport> report_of(SimulatedNode& node, Scheduler& scheduler);

/// The receipt that it gives for a leaf of the log; nothing: it gives none.
std::optional<actors::api::ReceiptFiles> receipt_of(SimulatedNode& node, Scheduler& scheduler,
                                                    std::uint64_t leaf);

}  // namespace mnrt::sims
