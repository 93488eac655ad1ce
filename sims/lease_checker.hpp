#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "actors/api_calls.hpp"
#include "actors/ledger_view.hpp"

namespace mnrt::sims {

/// What is wrong with how a chain went on without its owner (protocol, section 2), judged from the headers
/// alone: the epoch grows by one in the first block that is both `lease_ms` and `lease_blocks` after the last
/// renewal, in no other block, and the owner is deposed from there on. Nothing: it went on as it must.
std::optional<std::string> fault_of_succession(const actors::LedgerView& ledger);
/// The same of what a node of that chain, of so many seats, says of itself.
std::optional<std::string> fault_of_succession(const std::optional<actors::api::NodeReport>& report,
                                               std::size_t seats);

}  // namespace mnrt::sims
