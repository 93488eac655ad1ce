#include <catch2/catch.hpp>

#include "policies/limits.hpp"
#include "tests/policies/ledger/world.hpp"

using namespace mnrt::tests;

namespace {

Transfer some() {
  return {.to = address_of_number(bob), .token = Token::gen, .amount = {5}};
}

/// A 2-of-3 policy of the numbers 50 to 52, sorted as policies are.
KeyPolicy two_of_three() {
  return {.threshold = 2, .keys = {key_of(50), key_of(51), key_of(52)}};
}

}  // namespace

TEST_CASE("a block is invalid if it holds a transaction that can't stand in it") {
  World world;
  world.run({});
  world.run({world.draft(alice, some())});
  struct Row {
    const char* what;
    void (*spoil)(Draft&, const World&);
    Refusal refusal;
  };
  const std::vector<Row> table{
      {"as it should be", [](Draft&, const World&) {}, Refusal::none},
      {"version", [](Draft& d, const World&) { d.body.protocol_version = 2; }, Refusal::unsupported_version},
      {"chain", [](Draft& d, const World&) { d.body.chain_id.bytes[0] ^= 1; }, Refusal::wrong_chain},
      {"no operation", [](Draft& d, const World&) { d.body.operations.clear(); }, Refusal::malformed},
      {"65 operations", [](Draft& d, const World&) { d.body.operations.resize(65, some()); },
       Refusal::malformed},
      {"64 operations", [](Draft& d, const World&) { d.body.operations.resize(64, some()); }, Refusal::none},
      {"no signature", [](Draft& d, const World&) { d.signers.clear(); }, Refusal::malformed},
      {"one key twice", [](Draft& d, const World&) { d.signers = {alice, alice}; }, Refusal::malformed},
      {"size", [](Draft& d, const World&) { d.frame_bytes = limits::transaction_bytes_max + 1; },
       Refusal::too_large},
      {"old nonce", [](Draft& d, const World&) { d.body.nonce = 0; }, Refusal::nonce_already_used},
      {"nonce gap", [](Draft& d, const World&) { d.body.nonce = 2; }, Refusal::nonce_too_far_ahead},
      {"expired", [](Draft& d, const World& w) { d.body.expiry = w.height; }, Refusal::expired},
      {"last height", [](Draft& d, const World& w) { d.body.expiry = w.height + 1; }, Refusal::none},
      {"far expiry", [](Draft& d, const World& w) { d.body.expiry = w.height + 1'000; }, Refusal::none},
      {"too far", [](Draft& d, const World& w) { d.body.expiry = w.height + 1'001; },
       Refusal::expiry_too_far},
      {"other key", [](Draft& d, const World&) { d.signers = {bob}; }, Refusal::keys_not_authorised},
      {"one key too many", [](Draft& d, const World&) { d.signers = {alice, bob}; },
       Refusal::keys_not_authorised},
      {"balance", [](Draft& d, const World&) { d.body.fee_limit = tokens(1'001); },
       Refusal::fee_balance_too_low},
      {"no account",
       [](Draft& d, const World&) {
         d.body.sender = address_of_number(carol);
         d.body.nonce = 0;
         d.signers = {carol};
       },
       Refusal::fee_balance_too_low},
  };
  for (const auto& row : table) {
    INFO(row.what);
    auto draft = world.draft(alice, some());
    row.spoil(draft, world);
    CHECK(world.invalid(draft) == row.refusal);
  }
}

TEST_CASE("an invalid transaction is named by its place") {
  World world;
  auto bad = world.draft(bob, some());
  bad.body.nonce = 9;
  const TransactionList list{World::sign(world.draft(alice, some())), World::sign(bad)};
  const auto execution = execute(world.next(), list, world.state);
  REQUIRE(execution.invalid);
  CHECK(*execution.invalid == InvalidTransaction{.index = 1, .refusal = Refusal::nonce_too_far_ahead});
}

TEST_CASE("a block can't be filled past its limits, and a tenth is the reserved lane's") {
  World world;
  world.set(Parameter::block_transactions_max, 20);
  TransactionList list;
  for (std::uint64_t i = 0; i < 19; ++i) list.push_back(World::sign(world.draft(alice, some(), i)));
  auto execution = execute(world.next(), list, world.state);
  REQUIRE(execution.invalid);
  CHECK(*execution.invalid == InvalidTransaction{.index = 18, .refusal = Refusal::too_large});

  list.pop_back();
  list.insert(list.begin(), World::sign(world.renewal()));
  CHECK_FALSE(execute(world.next(5'000), list, world.state).invalid);

  world.set(Parameter::block_bytes_max, 2'000);  // 1,800 for ordinary ones of 200 bytes
  list.erase(list.begin());
  execution = execute(world.next(), list, world.state);
  REQUIRE(execution.invalid);
  CHECK(*execution.invalid == InvalidTransaction{.index = 9, .refusal = Refusal::too_large});
}

TEST_CASE("fee-free transactions stand before those that pay") {
  World world;
  const TransactionList list{World::sign(world.draft(alice, some())), World::sign(world.renewal())};
  const auto execution = execute(world.next(5'000), list, world.state);
  REQUIRE(execution.invalid);
  CHECK(*execution.invalid == InvalidTransaction{.index = 1, .refusal = Refusal::out_of_order});
}

TEST_CASE("a proposer's block leaves out what can't stand in it, and executes to the same") {
  World world;
  auto bad = world.draft(bob, some());
  bad.body.nonce = 9;
  auto failing = world.draft(bob, Transfer{});
  const TransactionList candidates{World::sign(world.draft(alice, some())), World::sign(bad),
                                   World::sign(failing), World::sign(world.renewal()),
                                   World::sign(world.draft(alice, some(), 1))};
  const auto assembly = assemble(world.next(5'000), candidates, world.state);
  CHECK(assembly.transactions == TransactionList{candidates[3], candidates[0], candidates[2], candidates[4]});
  REQUIRE(assembly.dropped.size() == 1);
  CHECK(assembly.dropped.front().transaction == candidates[1]->id);
  CHECK(assembly.dropped.front().refusal == Refusal::nonce_too_far_ahead);
  const auto execution = execute(world.next(5'000), assembly.transactions, world.state);
  REQUIRE_FALSE(execution.invalid);
  CHECK(execution.changes == assembly.execution.changes);
  CHECK(execution.outcomes == assembly.execution.outcomes);
}

TEST_CASE("lanes count their own nonces, and a new one costs a deposit") {
  World world;
  auto draft = world.draft(alice, some());
  draft.body.lane = 7;
  const auto fee = world.run({draft}).outcomes.front().fee;
  const auto deposit = world.parameter(Parameter::row_deposit_units);
  CHECK(nonce_of(world.state, draft.body.sender, 7) == 1);
  CHECK(nonce_of(world.state, draft.body.sender, 0) == 0);
  CHECK(world.balance(alice).units == tokens(1'000).units - fee.units - deposit);
  CHECK(world.pools().deposits.units == deposit);
  CHECK(world.invalid(draft) == Refusal::nonce_already_used);
  draft.body.nonce = 1;
  CHECK(world.outcome_of(draft) == Refusal::none);
  CHECK(world.pools().deposits.units == deposit);

  draft.body.lane = 8;
  draft.body.nonce = 0;
  draft.body.fee_limit = world.balance(alice);
  CHECK(world.invalid(draft) == Refusal::fee_balance_too_low);
  draft.body.fee_limit.units -= deposit;
  CHECK(world.invalid(draft) == Refusal::none);
}

TEST_CASE("a lane's deposit stays when the operations fail") {
  World world;
  auto draft = world.draft(alice, Transfer{});
  draft.body.lane = 1;
  REQUIRE(world.outcome_of(draft) == Refusal::amount_is_zero);
  CHECK(world.pools().deposits.units == world.parameter(Parameter::row_deposit_units));
  CHECK(nonce_of(world.state, draft.body.sender, 1) == 1);
}

TEST_CASE("an account of several keys opens with its policy and then knows it") {
  World world;
  const auto address = address_of(two_of_three());
  world.run({world.draft(alice, Transfer{address, Token::flx, tokens(1)})});
  Draft draft = world.draft(alice, some());
  draft.body.sender = address;
  draft.body.nonce = 0;
  draft.body.fee_limit = {10'000};
  draft.signers = {50, 52};
  CHECK(world.invalid(draft) == Refusal::keys_not_authorised);  // how should the chain know the policy?
  draft.body.opening_policy = two_of_three();
  CHECK(world.invalid(draft) == Refusal::none);
  draft.signers = {50};
  CHECK(world.invalid(draft) == Refusal::keys_not_authorised);
  draft.signers = {50, alice};
  CHECK(world.invalid(draft) == Refusal::keys_not_authorised);
  draft.signers = {50, 52};
  draft.body.opening_policy->threshold = 1;
  CHECK(world.invalid(draft) == Refusal::keys_not_authorised);

  draft.body.opening_policy = two_of_three();
  world.run({draft});
  CHECK(world.state.row<AccountRow>(account_key(address)).keys == two_of_three());
  draft.body.nonce = 1;
  draft.body.opening_policy.reset();
  draft.signers = {51, 52};
  CHECK(world.invalid(draft) == Refusal::none);
}

TEST_CASE("changed keys hold from the next transaction on") {
  World world;
  auto change = world.draft(alice, ChangeKeys{two_of_three()});
  auto by_new = world.draft(alice, some(), 1);
  by_new.signers = {50, 51};
  world.run({change, by_new});
  CHECK(world.state.row<AccountRow>(account_key(address_of_number(alice))).keys == two_of_three());
  CHECK(world.invalid(world.draft(alice, some())) == Refusal::keys_not_authorised);
}

TEST_CASE("keys that aren't a policy are refused, and keys changed before a failure come back") {
  World world;
  const std::vector<KeyPolicy> malformed{
      {.threshold = 1, .keys = {}},
      {.threshold = 0, .keys = {key_of(1)}},
      {.threshold = 2, .keys = {key_of(1)}},
      {.threshold = 1, .keys = {key_of(2), key_of(1)}},
      {.threshold = 1, .keys = {key_of(1), key_of(1)}},
      {.threshold = 1, .keys = std::vector<PublicKey>(17, key_of(1))},
  };
  for (const auto& policy : malformed)
    CHECK(world.outcome_of(world.draft(alice, ChangeKeys{policy})) == Refusal::keys_malformed);
  auto draft = world.draft(alice, ChangeKeys{two_of_three()});
  draft.body.operations.push_back(Transfer{});
  CHECK(world.outcome_of(draft) == Refusal::amount_is_zero);
  CHECK(world.outcome_of(world.draft(alice, some())) == Refusal::none);
}

TEST_CASE("an address is the domain hash of its policy's canonical bytes") {
  // 0x01 0x01 and 32 bytes of 0x11, hashed by b3sum 1.3.1 after "mnrt address v1", a zero byte and 32 zero
  // bytes.
  PublicKey key;
  key.bytes.fill(0x11);
  const auto bytes = canonical_bytes(single_key(key));
  REQUIRE(bytes.size() == 34);
  CHECK(bytes[0] == 1);
  CHECK(bytes[1] == 1);
  CHECK(to_hex(address_of(single_key(key)).bytes) ==
        "491417ea21846306d9cc0f98b616f02c8e2f90e36f80a8d302aaa5bbce8d23f2");
}
