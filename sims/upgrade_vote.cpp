#include "sims/upgrade_vote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "actors/own_account.hpp"
#include "policies/ledger/operation.hpp"
#include "policies/ledger/upgrade.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::sims {
namespace {

constexpr std::uint32_t unknown_version = policies::protocol_version_max + 1;
constexpr std::int64_t look_every_ms = 250;
/// How long the chain may try to go on where it must not.
constexpr std::int64_t stand_still_ms = 40'000;
/// Operators' other transactions go in the lanes below.
constexpr std::uint32_t lane = actors::clients_lane + 2;

policies::UpgradeRow upgrade_in(const actors::LedgerView& ledger) {
  const auto row = ledger.read(policies::upgrade_key());
  return row ? std::get<policies::UpgradeRow>(*row) : policies::UpgradeRow{};
}

}  // namespace

UpgradeVote::UpgradeVote(Operators::Deps deps) : deps_(std::move(deps)), next_act_(deps_.start) {
  for (std::size_t node = 0; node < deps_.scenario.seats(); ++node)
    clients_.emplace_back(operator_key(node), deps_.nodes.front()->chain_id(), deps_.work, lane);
}

std::size_t UpgradeVote::voters() const {
  const auto seats = deps_.scenario.seats();
  return stage_ == Stage::few ? policies::quorum(seats) - 1 : seats;
}

void UpgradeVote::choose(Stage stage, policies::Height tip) {
  stage_ = stage;
  first_ = tip + blocks_of_vote(deps_.scenario.epoch_blocks);
  deps_.trace.say(fmt::format("{} of {} seats vote for version {} from block {} on", voters(),
                              deps_.scenario.seats(), unknown_version, first_.value));
}

void UpgradeVote::act(policies::Instant now) {
  const auto at_ms = deps_.scenario.upgrade_at_ms;
  if (now < next_act_ || now < policies::after_ms(deps_.start, static_cast<std::int64_t>(at_ms))) return;
  next_act_ = policies::after_ms(now, look_every_ms);
  const policies::Height tip{deps_.checkers.highest()};
  if (stage_ == Stage::none) return choose(Stage::few, tip);
  const auto ledger = newest_ledger(deps_.nodes, deps_.checkers);
  if (stage_ == Stage::few && tip >= first_) {
    ++deps_.faults["upgrade_lapsed"];
    return choose(Stage::all, tip);
  }
  if (stage_ == Stage::all && upgrade_in(ledger).version == unknown_version) {
    ++deps_.faults["upgrade_decided"];
    stage_ = Stage::decided;
    stopped_ = now;
  }
  if (stage_ != Stage::decided) vote(ledger);
}

void UpgradeVote::vote(const actors::LedgerView& ledger) {
  const auto row = upgrade_in(ledger);
  const auto proposal = std::ranges::find(row.proposals, first_, &policies::UpgradeRow::Proposal::height);
  for (std::size_t node = 0; node < voters(); ++node) {
    const bool is_counted =
        proposal != row.proposals.end() &&
        (proposal->decided || std::ranges::binary_search(proposal->votes, seat_of_node(node)));
    if (!is_counted)
      clients_[node].send(deps_.door(), policies::Upgrade{unknown_version, first_},
                          {deps_.checkers.highest()});
  }
}

bool UpgradeVote::is_done(policies::Instant now) const {
  return stopped_ && now >= policies::after_ms(*stopped_, stand_still_ms);
}

std::optional<std::string> UpgradeVote::fault_of(const actors::LedgerView& ledger) const {
  if (stage_ != Stage::decided) return "the upgrade was never decided";
  const auto tip = ledger.tip();
  if (!tip || !*tip) return "there is no chain";
  if (next(**tip) != first_)
    return fmt::format("the chain is at height {}, and an upgrade begins with {}", (*tip)->value,
                       first_.value);
  return std::nullopt;
}

std::optional<std::string> UpgradeVote::fault_of(const std::optional<actors::api::NodeReport>& report) {
  if (!report) return "a node doesn't say how it is";
  const auto needs = fmt::format("needs_protocol_version_{}: ", unknown_version);
  const bool is_said = !report->healthy && std::ranges::any_of(report->reasons, [&](const auto& reason) {
    return reason.starts_with(needs);
  });
  if (!is_said) return "a node that must not go on doesn't say so";
  return std::nullopt;
}

}  // namespace mnrt::sims
