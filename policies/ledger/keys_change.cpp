#include "policies/ledger/operations.hpp"

namespace mnrt::policies {

Refusal apply(const ChangeKeys& operation, OperationContext& context) {
  if (!is_well_formed(operation.policy)) return Refusal::keys_malformed;
  context.state.change_keys(context.sender) = operation.policy;
  return Refusal::none;
}

}  // namespace mnrt::policies
