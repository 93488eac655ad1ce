#pragma once

#include "actors/api_calls.hpp"
#include "actors/ledger_view.hpp"
#include "policies/bytes.hpp"
#include "policies/time.hpp"

namespace mnrt::actors {

/// What a transaction would do as the only one of the next block: its fee and outcome. Signatures are not
/// checked, but their keys count. Changes nothing.
api::StatusReport simulate_transaction(const LedgerView& ledger, policies::ByteView frame,
                                       policies::BlockTime now);

}  // namespace mnrt::actors
