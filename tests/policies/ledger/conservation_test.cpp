#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include <algorithm>

#include "policies/ledger/supply.hpp"
#include "tests/policies/ledger/world.hpp"

using namespace mnrt::tests;

namespace {

/// Seven accounts in all: three of genesis, the lease key, and three that only transfers open.
std::uint32_t some_account() {
  return *rc::gen::element(owner, alice, bob, lease, carol, 13u, 14u);
}
Token some_token() {
  return *rc::gen::element(Token::gen, Token::nex, Token::flx, Token::aur);
}

/// From dust to more than anyone has.
Amount some_amount() {
  return *rc::gen::weightedOneOf<Amount>({
      {1, rc::gen::just(Amount{0})},
      {5, rc::gen::map(rc::gen::inRange<std::uint64_t>(1, 1'000), [](auto n) { return Amount{n}; })},
      {5, rc::gen::map(rc::gen::inRange<std::uint64_t>(1, 400), [](auto n) { return tokens(n); })},
      {1, rc::gen::just(Amount{~uint128{0}})},
  });
}

std::string some_service() {
  return *rc::gen::element<std::string>("a", "b", "c", "d");
}

/// A report about one of six seats, of which four exist, that may or may not prove something.
Operation some_report() {
  const auto seat = *rc::gen::inRange<std::uint32_t>(100, 106);
  const auto height = *rc::gen::inRange<std::uint64_t>(1, 4);
  const auto say = [&] {
    return SignedStatement{
        .body = {.kind = *rc::gen::element(Statement::Kind::prepare, Statement::Kind::commit),
                 .height = {height},
                 .round = {0},
                 .digest = digest_of_number(*rc::gen::inRange<std::uint64_t>(0, 3)),
                 .prepared = {}},
        .signature = {}};
  };
  return ReportEvidence{address_of_number(seat), key_of(seat), say(), say(), {}};
}

/// For a seat of alice's or bob's, with enough or too little.
Operation some_bond() {
  const auto seat = *rc::gen::inRange<std::uint32_t>(104, 106);
  Validator record;
  record.address = address_of_number(seat);
  record.operated_by = address_of_number(*rc::gen::element(alice, bob));
  record.consensus_key = key_of(seat);
  return Bond{record, *rc::gen::element(Amount{1}, tokens(1), tokens(300), tokens(1'001))};
}

/// The owner alone decides a set of one.
Operation some_vote() {
  VoteSetChange vote;
  if (*rc::gen::arbitrary<bool>()) vote.joins.push_back(address_of_number(104));
  if (*rc::gen::weightedElement<bool>({{3, false}, {1, true}})) vote.leaves.push_back(address_of_number(100));
  return vote;
}

Operation some_operation() {
  switch (*rc::gen::element(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)) {
    case 0:
      return Notarise{digest_of_number(*rc::gen::inRange<std::uint64_t>(0, 5)), {}};
    case 1:
      return RegisterService{.id = some_service(),
                             .kind = "k",
                             .version = "",
                             .endpoints = {"tcp://a.b:1"},
                             .labels = {},
                             .ttl_seconds = *rc::gen::element(0u, 30u, 40u, 300u)};
    case 2:
      return RenewService{some_service()};
    case 3:
      return RemoveService{some_service()};
    case 4:
      return WithdrawTreasury{{*rc::gen::inRange<std::uint64_t>(0, 2)},
                              address_of_number(some_account()),
                              some_token(),
                              some_amount()};
    case 5:
      return ChangeParameter{
          {0}, Parameter::row_deposit_units, *rc::gen::inRange<std::uint64_t>(400'000, 2'100'000)};
    case 8:
      return some_report();
    case 10:
      return some_bond();
    case 11:
      return Unbond{address_of_number(*rc::gen::inRange<std::uint32_t>(100, 106))};
    case 12:
      return some_vote();
    case 9:
      return CommitEvidence{digest_of_number(*rc::gen::inRange<std::uint64_t>(0, 5))};
    default:
      return Transfer{address_of_number(some_account()), some_token(), some_amount()};
  }
}

Draft some_draft(const World& world, const std::map<std::uint32_t, std::uint64_t>& nonces) {
  const auto sender = some_account();
  auto draft = world.draft(sender, some_operation());
  const auto found = nonces.find(sender);
  draft.body.nonce = found == nonces.end() ? draft.body.nonce : found->second;
  for (auto more = *rc::gen::element(0, 0, 1, 3); more > 0; --more)
    draft.body.operations.push_back(some_operation());
  draft.body.priority = {*rc::gen::inRange<std::uint64_t>(0, 500)};
  draft.body.fee_limit = {*rc::gen::element<std::uint64_t>(0, 3'000, 50'000, 1'000'000)};
  draft.body.lane = *rc::gen::weightedElement<std::uint32_t>({{8, 0}, {1, 1}, {1, 2}});
  if (draft.body.lane != 0) draft.body.nonce = nonce_of(world.state, draft.body.sender, draft.body.lane);
  return draft;
}

std::uint64_t services_in(const MemoryState& state) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      state.rows(), [](const auto& row) { return std::holds_alternative<ServiceRow>(row.second); }));
}

/// Deposits as the rows that they were paid for tell them.
Amount deposits_in(const MemoryState& state) {
  Amount sum;
  for (const auto& [key, row] : state.rows()) {
    if (const auto* account = std::get_if<AccountRow>(&row)) sum.units += account->deposit.units;
    if (const auto* lane = std::get_if<LaneRow>(&row)) sum.units += lane->deposit.units;
    if (const auto* service = std::get_if<ServiceRow>(&row)) sum.units += service->deposit.units;
    if (const auto* bond = std::get_if<BondRow>(&row)) sum.units += bond->deposit.units;
    if (const auto* reporter = std::get_if<ReporterRow>(&row)) sum.units += reporter->deposit.units;
  }
  return sum;
}

/// Bonds as their rows tell them.
Amount bonds_in(const MemoryState& state) {
  Amount sum;
  for (const auto& [key, row] : state.rows())
    if (const auto* bond = std::get_if<BondRow>(&row)) sum.units += bond->amount.units;
  return sum;
}

/// The expiry index names each service once, in the span of its expiry.
bool index_is_exact(const MemoryState& state) {
  std::size_t named = 0;
  for (const auto& [key, row] : state.rows()) {
    const auto* expiry = std::get_if<ExpiryRow>(&row);
    if (expiry == nullptr) continue;
    if (expiry->services.empty() || !std::ranges::is_sorted(expiry->services)) return false;
    for (const auto& id : expiry->services) {
      ++named;
      if (!state.has(service_key(id))) return false;
      const auto expires = state.row<ServiceRow>(service_key(id)).expires.ms;
      if (key != expiry_key({expires - expires % 10'000})) return false;
    }
  }
  return named == services_in(state);
}

}  // namespace

TEST_CASE("whatever blocks hold, no token is made or lost, and every deposit has its row") {
  CHECK(rc::check([] {
    auto genesis = bonded_genesis(*rc::gen::element<std::size_t>(1, 4),
                                  *rc::gen::element(Amount{0}, Amount{39}, tokens(1'000)));
    genesis.parameters[static_cast<std::size_t>(Parameter::epoch_blocks)] = {2, 1, 720};
    genesis.parameters[static_cast<std::size_t>(Parameter::services_max)] = {3, 1, 1'000};
    genesis.parameters[static_cast<std::size_t>(Parameter::bond_units_min)] = {1'000'000'000, 1, UINT64_MAX};
    World world{genesis};
    const auto supply = supply_in(world.state);
    const auto blocks = *rc::gen::element(1, 2, 4, 8, 30);
    for (int block = 0; block < blocks; ++block) {
      TransactionList candidates;
      std::map<std::uint32_t, std::uint64_t> nonces;
      for (auto i = *rc::gen::element(0, 1, 6, 12); i > 0; --i) {
        const auto draft = some_draft(world, nonces);
        if (draft.body.lane == 0) nonces[draft.signers.front()] = draft.body.nonce + 1;
        candidates.push_back(World::sign(draft));
      }
      const auto context = world.next(*rc::gen::element<std::int64_t>(1, 1'000, 20'000, 90'000'000));
      const auto assembly = assemble(context, candidates, world.state);
      RC_ASSERT(!assembly.execution.invalid);
      RC_ASSERT(assembly.transactions.size() + assembly.dropped.size() == candidates.size());
      // The last guard finds nothing to do.
      RC_ASSERT(std::ranges::find(assembly.dropped, Refusal::not_conserving, &Dropped::refusal) ==
                assembly.dropped.end());
      const auto execution = execute(context, assembly.transactions, world.state);
      RC_ASSERT(execution.changes == assembly.execution.changes);

      world.state.apply(execution.changes);
      world.height = context.height;
      world.time = context.time;
      RC_ASSERT(supply_in(world.state) == supply);
      RC_ASSERT(deposits_in(world.state) == world.pools().deposits);
      RC_ASSERT(bonds_in(world.state) == world.pools().bonds);
      const auto set = world.state.row<ValidatorsRow>(validators_key()).validators;
      RC_ASSERT(!set.empty());
      RC_ASSERT(std::ranges::adjacent_find(set, std::ranges::greater_equal{}, &Validator::address) ==
                set.end());
      RC_ASSERT(execution.next_validators == set);
      RC_ASSERT(services_in(world.state) == world.pools().services);
      RC_ASSERT(index_is_exact(world.state));
    }
    Recount recount;
    for (const auto& [key, row] : world.state.rows()) recount.add(row);
    RC_ASSERT(recount.genesis_supply().has_value());
    for (std::size_t i = 0; i < supply.size(); ++i)
      RC_ASSERT((*recount.genesis_supply())[i].units == supply[i]);
  }));
}

TEST_CASE("what failed leaves only fee and nonce behind") {
  CHECK(rc::check([] {
    World world;
    auto draft = world.draft(alice, some_operation());
    for (auto more = *rc::gen::element(0, 1, 2, 5); more > 0; --more)
      draft.body.operations.push_back(some_operation());
    draft.body.operations.push_back(Transfer{});  // refused: an amount of zero
    draft.body.fee_limit = {1'000'000};
    const auto before = world.state;
    const auto execution = world.run({draft});
    const auto& outcome = execution.outcomes.front();
    RC_ASSERT(outcome.refusal != Refusal::none);
    RC_ASSERT(execution.leaves.empty());
    auto expected = before;
    auto account = expected.row<AccountRow>(account_key(draft.body.sender));
    account.keys = policy_of(alice);
    account.nonce += 1;
    account.balances[2].units -= outcome.fee.units;
    expected.put(account_key(draft.body.sender), account);
    auto pools = expected.row<PoolsRow>(pools_key());
    pools.treasury[2].units += outcome.fee.units;
    expected.put(pools_key(), pools);
    RC_ASSERT(world.state.rows() == expected.rows());
  }));
}
