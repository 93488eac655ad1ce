#include "actors/supply_recount.hpp"

#include <fmt/format.h>

#include <utility>

#include "messages/state_codec.hpp"

namespace mnrt::actors {

SupplyRecount::SupplyRecount(std::shared_ptr<const Snapshot> snapshot, policies::Height height)
    : snapshot_(std::move(snapshot)), height_(height) {}

Read<SupplyRecount> SupplyRecount::begin(std::shared_ptr<const Snapshot> snapshot) {
  const auto tip = LedgerView{snapshot}.tip();
  if (!tip) return std::unexpected(tip.error());
  return SupplyRecount{std::move(snapshot), tip->value_or(policies::Height{})};
}

Read<bool> SupplyRecount::add(std::size_t count) {
  auto rows = snapshot_->scan(messages::Table::state, next_, {}, count);
  if (!rows) return std::unexpected(rows.error());
  for (const auto& row : *rows) {
    const auto decoded = messages::decode_row(row.key, row.value);
    if (!decoded)
      return std::unexpected(StoreError{
          StoreError::Kind::corrupted,
          fmt::format("the row {} of the table `state` does not decode ({}): restore a backup of the data "
                      "directory",
                      policies::to_hex(row.key), name_of(decoded.error()))});
    sum_.add(*decoded);
  }
  rows_ += rows->size();
  if (rows->size() < count) return true;
  next_ = std::move(rows->back().key);
  next_.push_back(0);
  return false;
}

std::string SupplyRecount::breach(const policies::Balances& supply) const {
  const auto found = sum_.genesis_supply();
  if (!found) return "the sums of a token leave their range";
  std::string text;
  for (const auto token : policies::all_tokens) {
    const auto i = static_cast<std::size_t>(token);
    if ((*found)[i] == supply[i]) continue;
    text += fmt::format("{}{} {} where genesis gave out {}", text.empty() ? "" : ", ", to_string((*found)[i]),
                        facts_of(token).symbol, to_string(supply[i]));
  }
  return text;
}

}  // namespace mnrt::actors
