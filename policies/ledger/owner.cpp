#include "policies/ledger/owner.hpp"

#include <algorithm>
#include <set>

namespace mnrt::policies {

Refusal privileged(Epoch epoch, OperationContext& context) {
  const auto& owner = *context.state.find<OwnerRow>(owner_key());
  if (context.transaction.body.sender != owner.owner) return Refusal::not_the_owner;
  if (owner.deposed) return Refusal::lease_ended;
  return epoch == owner.epoch ? Refusal::none : Refusal::wrong_epoch;
}

std::uint64_t lease_blocks_of(const Parameters& parameters, std::size_t validators) {
  const auto floor = 2 * (std::uint64_t{faulty_max(validators)} + 1);
  return std::max(value_of(parameters, Parameter::lease_blocks), floor);
}

bool lease_ran_out(const OwnerRow& owner, const Parameters& parameters, std::size_t validators,
                   const BlockContext& block) {
  const auto lease_ms = static_cast<std::int64_t>(value_of(parameters, Parameter::lease_ms));
  return block.time.ms >= owner.renewed_time.ms + lease_ms &&
         block.height.value >= owner.renewed_height.value + lease_blocks_of(parameters, validators);
}

std::size_t other_operators(const ValidatorSet& validators, const Address& owner) {
  std::set<Address> operators;
  for (const auto& validator : validators)
    if (validator.operated_by != owner) operators.insert(validator.operated_by);
  return operators.size();
}

}  // namespace mnrt::policies
