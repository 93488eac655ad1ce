#include "tests/policies/ledger/world.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "policies/ledger/fees.hpp"

namespace mnrt::tests {

std::optional<StateRow> MemoryState::read(const StateKey& key) const {
  const auto found = rows_.find(key);
  return found == rows_.end() ? std::nullopt : std::optional{found->second};
}

void MemoryState::apply(const StateChanges& changes) {
  for (const auto& [key, row] : changes) {
    if (row)
      rows_[key] = *row;
    else
      rows_.erase(key);
  }
}

PublicKey key_of(std::uint32_t number) {
  PublicKey key;
  for (std::size_t i = 0; i < 4; ++i) key.bytes[i] = static_cast<std::uint8_t>(number >> (8 * (3 - i)));
  key.bytes[31] = 0x5a;
  return key;
}

KeyPolicy policy_of(std::uint32_t number) {
  return single_key(key_of(number));
}
Address address_of_number(std::uint32_t number) {
  return address_of(policy_of(number));
}

Digest digest_of_number(std::uint64_t number) {
  Digest digest;
  for (std::size_t i = 0; i < 8; ++i) digest.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  digest.bytes[31] = 1;
  return digest;
}

Genesis small_genesis(std::size_t validators) {
  Genesis genesis;
  genesis.network = "test";
  genesis.time = {1'700'000'000'000};
  genesis.owner = policy_of(owner);
  genesis.lease_key = key_of(lease);
  for (std::uint32_t i = 0; i < validators; ++i) {
    Validator seat;
    seat.address = address_of_number(100 + i);
    seat.operated_by = address_of_number(i == 0 ? owner : 200 + i);
    seat.consensus_key = key_of(100 + i);
    genesis.validators.push_back(seat);
  }
  std::ranges::sort(genesis.validators);
  for (auto number : {owner, alice, bob})
    genesis.accounts.push_back({.address = address_of_number(number),
                                .balances = {tokens(1'000), tokens(1'000), tokens(1'000), tokens(1'000)}});
  std::ranges::sort(genesis.accounts, {}, &GenesisAccount::address);
  genesis.treasury = {tokens(10'000), tokens(10'000), tokens(10'000), tokens(10'000)};
  genesis.parameters = default_parameters();
  return genesis;
}

Genesis bonded_genesis(std::size_t validators, Amount bond) {
  auto genesis = small_genesis(validators);
  genesis.bonds.assign(validators, bond);
  return genesis;
}

World::World(const Genesis& genesis) : state(genesis_state(genesis)), time(genesis.time) {}

Draft World::draft(std::uint32_t sender, Operation operation, std::uint64_t ahead) const {
  Draft draft;
  draft.body.chain_id = chain_id;
  draft.body.sender = address_of_number(sender);
  draft.body.nonce = nonce_of(state, draft.body.sender, 0) + ahead;
  draft.body.fee_limit = {100'000};
  draft.body.expiry = height + 100;
  draft.body.operations = {std::move(operation)};
  draft.signers = {sender};
  return draft;
}

Draft World::renewal(std::uint64_t epoch) const {
  auto made = draft(lease, RenewLease{.epoch = {epoch}});
  made.body.fee_limit = {};
  return made;
}

std::shared_ptr<const SignedTransaction> World::sign(const Draft& draft) {
  auto made = std::make_shared<SignedTransaction>();
  made->body = draft.body;
  static std::uint64_t count = 1'000;
  made->id = digest_of_number(++count);
  for (auto number : draft.signers) made->signatures.push_back({.key = key_of(number), .signature = {}});
  std::ranges::sort(made->signatures, {}, &KeySignature::key);
  made->frame = std::make_shared<const Bytes>(draft.frame_bytes);
  return made;
}

BlockContext World::next(std::int64_t ms) const {
  const auto& validators = state.row<ValidatorsRow>(validators_key()).validators;
  return {.chain_id = chain_id,
          .height = policies::next(height),
          .time = {time.ms + ms},
          .proposer = validators.front().address,
          .eligible_validators = eligible};
}

Execution World::run(const std::vector<Draft>& drafts, std::int64_t ms) {
  TransactionList transactions;
  for (const auto& draft : drafts) transactions.push_back(sign(draft));
  const auto context = next(ms);
  auto execution = execute(context, transactions, state);
  INFO("refused as " << name_of(execution.invalid.value_or(InvalidTransaction{}).refusal));
  REQUIRE_FALSE(execution.invalid);
  REQUIRE(execution.outcomes.size() == drafts.size());
  state.apply(execution.changes);
  height = context.height;
  time = context.time;
  return execution;
}

Refusal World::outcome_of(const Draft& draft, std::int64_t ms) {
  return run({draft}, ms).outcomes.front().refusal;
}

Refusal World::invalid(const Draft& draft, std::int64_t ms) const {
  const TransactionList transactions{sign(draft)};
  const auto context = next(ms);
  const auto execution = execute(context, transactions, state);
  const auto refusal = execution.invalid.value_or(InvalidTransaction{}).refusal;
  // What the pool is told about a transaction and what a block makes of it are one rule.
  CHECK(refusal == admissible(*transactions.front(), state, context));
  if (execution.invalid) CHECK(execution.changes.empty());
  return refusal;
}

Amount World::balance(std::uint32_t account, Token token) const {
  return state.row<AccountRow>(account_key(address_of_number(account)))
      .balances[static_cast<std::size_t>(token)];
}

std::uint64_t World::parameter(Parameter parameter) const {
  return value_of(state.row<ParametersRow>(parameters_key()).values, parameter);
}

void World::set(Parameter parameter, std::uint64_t value) {
  auto row = state.row<ParametersRow>(parameters_key());
  row.values[static_cast<std::size_t>(parameter)].value = value;
  state.put(parameters_key(), row);
}

std::array<uint128, 4> supply_in(const MemoryState& state) {
  std::array<uint128, 4> sum{};
  for (const auto& [key, row] : state.rows()) {
    const auto* account = std::get_if<AccountRow>(&row);
    const auto* pools = std::get_if<PoolsRow>(&row);
    for (std::size_t i = 0; i < sum.size(); ++i) {
      if (account != nullptr) sum[i] += account->balances[i].units;
      if (pools != nullptr) sum[i] += pools->treasury[i].units + pools->burned[i].units;
    }
    if (pools != nullptr) sum[2] += pools->deposits.units;
    if (pools != nullptr) sum[0] += pools->bonds.units;
  }
  return sum;
}

}  // namespace mnrt::tests
