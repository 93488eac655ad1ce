#pragma once

#include "policies/ledger/execution.hpp"
#include "policies/ledger/overlay.hpp"

namespace mnrt::policies {

struct BlockStart {
  Parameters parameters;  ///< in force for the block
  OwnerStatus owner{};
  bool epoch_changed{};
};

/// What a block's time and height bring about, before its transactions and in this order: parameters take
/// effect, the epoch changes, due withdrawals are paid, expired services go, a window of evidence that is
/// over is settled.
///
/// What an epoch change does is complete for a network without a council: the epoch grows, withdrawals that
/// wait are cancelled, and the owner's privileges and renewals rest. Who acts in the owner's stead is not
/// decided here.
BlockStart start_block(const BlockContext& context, Overlay& state);

}  // namespace mnrt::policies
