#include "sims/operators.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "actors/new_chain.hpp"
#include "actors/own_account.hpp"
#include "policies/ledger/operation.hpp"

namespace mnrt::sims {
namespace {

/// People look now and then.
constexpr std::int64_t look_every_ms = 250;
/// The node itself sends in the lanes below.
constexpr std::uint32_t lane = actors::clients_lane + 1;
/// How long the last set works before faults end.
constexpr std::int64_t work_after_ms = 20'000;

std::vector<policies::Address> addresses_of(const std::vector<std::size_t>& nodes) {
  std::vector<policies::Address> addresses;
  for (const auto node : nodes) addresses.push_back(seat_of_node(node));
  std::ranges::sort(addresses);
  return addresses;
}

std::optional<policies::BondRow> bond_in(const actors::LedgerView& ledger, std::size_t node) {
  const auto row = ledger.read(policies::bond_key(seat_of_node(node)));
  if (!row) return std::nullopt;
  return std::get<policies::BondRow>(*row);
}

/// Whether the seat's vote for the change is counted, or not needed any more.
bool is_settled(const actors::LedgerView& ledger, const policies::VoteSetChange& vote,
                const policies::Address& seat) {
  const auto row = ledger.read(policies::set_change_key());
  if (!row) return false;
  return std::ranges::any_of(std::get<policies::SetChangeRow>(*row).proposals, [&](const auto& proposal) {
    return proposal.joins == vote.joins && proposal.leaves == vote.leaves &&
           (proposal.decided || std::ranges::binary_search(proposal.votes, seat));
  });
}

}  // namespace

policies::ValidatorSet set_in(const actors::LedgerView& ledger) {
  return std::get<policies::ValidatorsRow>(*ledger.read(policies::validators_key())).validators;
}

actors::LedgerView newest_ledger(const std::vector<std::unique_ptr<SimulatedNode>>& nodes,
                                 const Checkers& checkers) {
  std::size_t best = 0;
  for (std::size_t node = 0; node < nodes.size(); ++node)
    if (nodes[node]->is_running() && checkers.final_height(node) > checkers.final_height(best)) best = node;
  return actors::LedgerView{nodes[best]->disk().written().snapshot()};
}

Operators::Operators(Deps deps) : deps_(std::move(deps)), late_(deps_.nodes.size()), next_act_(deps_.start) {
  const auto& scenario = deps_.scenario;
  for (std::size_t node = 0; node < scenario.seats(); ++node) seated_.insert(node);
  ever_seated_ = seated_;
  if (scenario.changes.empty()) return;
  for (auto node = scenario.seats(); node < scenario.nodes; ++node) late_[node] = deps_.chance.below(2) == 0;
  for (std::size_t node = 0; node < scenario.nodes; ++node)
    clients_.emplace_back(operator_key(node), deps_.nodes.front()->chain_id(), deps_.work, lane);
}

void Operators::act(policies::Instant now) {
  const auto& changes = deps_.scenario.changes;
  if (changes.empty() || now < next_act_) return;
  next_act_ = policies::after_ms(now, look_every_ms);
  const auto ledger = newest_ledger(deps_.nodes, deps_.checkers);
  if (!change_ && done_ < changes.size() &&
      now >= policies::after_ms(deps_.start, static_cast<std::int64_t>(changes[done_].at_ms)))
    begin(changes[done_], set_in(ledger));
  push(ledger);
}

bool Operators::is_done(policies::Instant now) const {
  const auto& changes = deps_.scenario.changes;
  return !changes.empty() && done_ == changes.size() &&
         now >= policies::after_ms(last_change_, work_after_ms);
}

void Operators::begin(const SetChange& wanted, const policies::ValidatorSet& set) {
  // Who was found lying has lost its seat.
  std::erase_if(seated_, [&](std::size_t node) { return !policies::index_of(set, seat_of_node(node)); });
  Change change{.joins = {}, .leaves = {}, .validators = wanted.validators};
  for (std::size_t node = 0; node < deps_.scenario.nodes; ++node)
    if (seated_.size() + change.joins.size() < wanted.validators && !ever_seated_.contains(node))
      change.joins.push_back(node);
  std::vector<std::size_t> may_leave{seated_.begin(), seated_.end()};
  while (may_leave.size() > wanted.validators) {
    // Not the owner's.
    const auto place =
        may_leave.begin() + 1 + static_cast<std::ptrdiff_t>(deps_.chance.below(may_leave.size() - 1));
    change.leaves.push_back(*place);
    may_leave.erase(place);
  }
  for (const auto node : change.joins) {
    if (!late_[node]) continue;
    late_[node] = false;
    deps_.nodes[node]->start();
  }
  deps_.trace.say(fmt::format("change to {} validators: {} join, {} leave", wanted.validators,
                              fmt::join(change.joins, " "), fmt::join(change.leaves, " ")));
  change_ = std::move(change);
}

void Operators::push(const actors::LedgerView& ledger) {
  for (const auto node : left_)
    if (const auto bond = bond_in(ledger, node); bond && !bond->unbonding)
      send(node, policies::Unbond{seat_of_node(node)});
  if (!change_) return;
  const auto set = set_in(ledger);
  const auto joins = addresses_of(change_->joins);
  auto leaves = addresses_of(change_->leaves);
  const auto is_in = [&](const policies::Address& seat) { return policies::index_of(set, seat).has_value(); };
  std::erase_if(leaves, std::not_fn(is_in));
  if (leaves.empty() && std::ranges::all_of(joins, is_in)) return finish();

  bool bonded = true;
  for (const auto node : change_->joins) {
    if (bond_in(ledger, node)) continue;
    bonded = false;
    const auto signer = signer_of_node(node);
    send(node, policies::Bond{actors::seat_of(signer, operator_address(node)), bond_of_each});
  }
  if (!bonded) return;
  const policies::VoteSetChange vote{joins, leaves};
  for (const auto node : seated_)
    if (!is_settled(ledger, vote, seat_of_node(node))) send(node, vote);
}

void Operators::finish() {
  for (const auto node : change_->joins) {
    seated_.insert(node);
    ever_seated_.insert(node);
  }
  for (const auto node : change_->leaves) {
    seated_.erase(node);
    left_.insert(node);
  }
  ++deps_.faults[fmt::format("set_of_{}", change_->validators)];
  deps_.trace.say(fmt::format("there are {} validators", change_->validators));
  change_.reset();
  ++done_;
  last_change_ = next_act_;
}

void Operators::send(std::size_t node, policies::Operation operation) {
  clients_[node].send(deps_.door(), std::move(operation), {deps_.checkers.highest()});
}

void Operators::check(const actors::LedgerView& ledger) {
  const auto tip = ledger.tip();
  if (deps_.scenario.changes.empty() || !tip || !*tip) return;
  // Each change leaves the set before it.
  std::vector<std::size_t> sizes;
  for (policies::Height height{1}; height <= **tip; height = next(height))
    if (const auto row = ledger.read(policies::sealing_set_key(height)))
      sizes.push_back(std::get<policies::SealingSetRow>(*row).validators.size());
  sizes.push_back(set_in(ledger).size());
  std::vector<std::size_t> wanted{deps_.scenario.seats()};
  for (const auto& change : deps_.scenario.changes) wanted.push_back(change.validators);
  if (!is_complete()) wanted.resize(std::min(wanted.size(), sizes.size()));
  // Liars lose their seats at any time.
  if (deps_.scenario.liars() == 0 && sizes != wanted)
    deps_.checkers.violated(fmt::format("the sets had {} validators, and {} were asked for",
                                        fmt::join(sizes, ", "), fmt::join(wanted, ", ")));
  if (!is_complete()) return;
  for (const auto node : left_)
    if (const auto bond = bond_in(ledger, node); !bond || !bond->unbonding)
      deps_.checkers.violated(fmt::format("node {} left the set, and its bond is not unbonding", node));
}

}  // namespace mnrt::sims
