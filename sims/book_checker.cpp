#include "sims/book_checker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <variant>

#include "messages/row.hpp"
#include "messages/state_codec.hpp"
#include "policies/check.hpp"
#include "policies/ledger/genesis_state.hpp"
#include "policies/token.hpp"

namespace mnrt::sims {
namespace {

constexpr auto gen = static_cast<std::size_t>(policies::Token::gen);
constexpr auto flx = static_cast<std::size_t>(policies::Token::flx);
constexpr std::size_t rows_at_once = 1'000;

/// What the rows of a state hold. Deposits and bonds are those of the rows that they are held for.
struct Holdings {
  std::array<policies::uint128, 4> money{};
  policies::uint128 deposits{};
  policies::uint128 bonds{};
  policies::PoolsRow pools;

  void add(const policies::StateRow& row) {
    if (const auto* account = std::get_if<policies::AccountRow>(&row)) {
      for (std::size_t i = 0; i < money.size(); ++i) money[i] += account->balances[i].units;
      deposits += account->deposit.units;
    }
    if (const auto* lane = std::get_if<policies::LaneRow>(&row)) deposits += lane->deposit.units;
    if (const auto* service = std::get_if<policies::ServiceRow>(&row)) deposits += service->deposit.units;
    if (const auto* reporter = std::get_if<policies::ReporterRow>(&row)) deposits += reporter->deposit.units;
    if (const auto* bond = std::get_if<policies::BondRow>(&row)) {
      bonds += bond->amount.units;
      deposits += bond->deposit.units;
    }
    if (const auto* found = std::get_if<policies::PoolsRow>(&row)) pools = *found;
  }
};

}  // namespace

BookChecker::BookChecker(const policies::Genesis& genesis) {
  const auto supply = policies::supply_of(genesis);
  MNRT_CHECK(supply);
  std::ranges::transform(*supply, given_out_.begin(), [](const auto& amount) { return amount.units; });
}

std::optional<std::string> BookChecker::fault_of_tip(const actors::LedgerView& ledger) {
  const auto tip = ledger.tip();
  if (!tip || !*tip) return "the store shows no tip";
  if (**tip <= looked_at_) return std::nullopt;
  while (looked_at_ < **tip) {
    looked_at_ = next(looked_at_);
    const auto decision = ledger.decision(looked_at_);
    if (!decision || !*decision)
      return fmt::format("the store doesn't show block {} below its tip {}", looked_at_.value, (*tip)->value);
    if (auto fault = fault_of_nonces(*(*decision)->block)) return fault;
  }
  return fault_of_money(ledger);
}

std::optional<std::string> BookChecker::fault_of_nonces(const policies::Block& block) {
  for (const auto& transaction : block.transactions) {
    const auto& body = transaction->body;
    auto& expected = next_nonces_[{body.sender, body.lane}];
    if (body.nonce != expected)
      return fmt::format("in block {} a transaction of {} has nonce {} of lane {}, and {} is the next",
                         block.header.height.value, policies::to_bech32m(body.sender), body.nonce, body.lane,
                         expected);
    ++expected;
  }
  return std::nullopt;
}

std::optional<std::string> BookChecker::fault_of_money(const actors::LedgerView& ledger) const {
  Holdings held;
  policies::Bytes from;
  for (bool more = true; more;) {
    const auto rows = ledger.snapshot().scan(messages::Table::state, from, {}, rows_at_once);
    if (!rows) return rows.error().text;
    for (const auto& [key, value] : *rows) {
      const auto row = messages::decode_row(key, value);
      if (!row) return fmt::format("a row of the state at height {} doesn't decode", looked_at_.value);
      held.add(*row);
    }
    more = rows->size() == rows_at_once;
    if (more) from = rows->back().key;
    if (more) from.push_back(0);
  }
  const auto& pools = held.pools;
  if (held.deposits != pools.deposits.units || held.bonds != pools.bonds.units)
    return fmt::format("at height {} the pools hold other deposits or bonds than the rows they are for",
                       looked_at_.value);
  held.money[flx] += held.deposits;
  held.money[gen] += held.bonds;
  for (const auto token : policies::all_tokens) {
    const auto i = static_cast<std::size_t>(token);
    held.money[i] += pools.treasury[i].units + pools.burned[i].units - pools.minted[i].units;
    if (held.money[i] != given_out_[i])
      return fmt::format("at height {} there is {} of {} than genesis gave out", looked_at_.value,
                         held.money[i] > given_out_[i] ? "more" : "less", policies::facts_of(token).symbol);
  }
  return std::nullopt;
}

}  // namespace mnrt::sims
