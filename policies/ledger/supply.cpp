#include "policies/ledger/supply.hpp"

#include <variant>

namespace mnrt::policies {
namespace {

constexpr auto gen = static_cast<std::size_t>(Token::gen);
constexpr auto flx = static_cast<std::size_t>(Token::flx);

}  // namespace

void SupplyChange::add(Token token, Amount before, Amount after) {
  if (before == after) return;
  auto& sides = sides_[static_cast<std::size_t>(token)];
  auto& side = before < after ? sides.more : sides.less;
  const auto difference = before < after ? checked_sub(after, before) : checked_sub(before, after);
  const auto sum = checked_add(side, *difference);
  if (sum) side = *sum;
  sides.overflowed |= !sum;
}

void SupplyChange::account(const Balances& before, const Balances& after) {
  for (auto token : all_tokens) {
    const auto i = static_cast<std::size_t>(token);
    add(token, before[i], after[i]);
  }
}

void SupplyChange::pools(const PoolsRow& before, const PoolsRow& after) {
  for (auto token : all_tokens) {
    const auto i = static_cast<std::size_t>(token);
    add(token, before.treasury[i], after.treasury[i]);
    add(token, before.burned[i], after.burned[i]);
    add(token, after.minted[i], before.minted[i]);
  }
  add(Token::flx, before.deposits, after.deposits);
  add(Token::gen, before.bonds, after.bonds);
}

std::optional<Token> SupplyChange::breached() const {
  for (auto token : all_tokens) {
    const auto& sides = sides_[static_cast<std::size_t>(token)];
    if (sides.overflowed || sides.more != sides.less) return token;
  }
  return std::nullopt;
}

void Recount::gather(Balances& side, const Balances& amounts) {
  for (std::size_t i = 0; i < side.size(); ++i) {
    const auto sum = checked_add(side[i], amounts[i]);
    if (sum) side[i] = *sum;
    overflowed_ |= !sum;
  }
}

void Recount::add(const StateRow& row) {
  if (const auto* account = std::get_if<AccountRow>(&row)) gather(held_, account->balances);
  if (const auto* pools = std::get_if<PoolsRow>(&row)) {
    gather(held_, pools->treasury);
    gather(held_, pools->burned);
    gather(minted_, pools->minted);
    Balances set_aside{};
    set_aside[flx] = pools->deposits;
    set_aside[gen] = pools->bonds;
    gather(held_, set_aside);
  }
}

std::optional<Balances> Recount::genesis_supply() const {
  if (overflowed_) return std::nullopt;
  Balances supply{};
  for (std::size_t i = 0; i < supply.size(); ++i) {
    const auto difference = checked_sub(held_[i], minted_[i]);
    if (!difference) return std::nullopt;
    supply[i] = *difference;
  }
  return supply;
}

}  // namespace mnrt::policies
