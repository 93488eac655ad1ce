#include "sims/faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "actors/replay.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::sims {

FaultPlan::FaultPlan(const Targets& targets, Nodes& nodes)
    : on_(targets),
      nodes_(nodes),
      crashes_(on_.chance, on_.scenario.faults.crash_role_every_ms, on_.scheduler.now()),
      power_cuts_(on_.chance, on_.scenario.faults.lose_power_every_ms, on_.scheduler.now()),
      breaks_(on_.chance, on_.scenario.faults.break_link_every_ms, on_.scheduler.now()),
      partitions_(on_.chance, on_.scenario.faults.partition_every_ms, on_.scheduler.now()),
      jumps_(on_.chance, on_.scenario.faults.jump_clock_every_ms, on_.scheduler.now()),
      broken_disks_(on_.chance, on_.scenario.faults.break_disk_every_ms, on_.scheduler.now()),
      full_disks_(on_.chance, on_.scenario.faults.fill_disk_every_ms, on_.scheduler.now()),
      flips_(on_.chance, on_.scenario.faults.flip_bit_every_ms, on_.scheduler.now()),
      power_back_(nodes.size()),
      room_back_(nodes.size()),
      replaced_at_(nodes.size()),
      began_(on_.scheduler.now()) {}

void FaultPlan::count(std::string_view kind, std::string what) {
  ++on_.faults[std::string{kind}];
  on_.trace.say(fmt::format("fault {} {}", kind, what));
}

std::int64_t FaultPlan::either_way(std::uint64_t most) {
  return static_cast<std::int64_t>(on_.chance.below(2 * most + 1)) - static_cast<std::int64_t>(most);
}

void FaultPlan::begin() {
  const auto& clocks = on_.scenario.clocks;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (clocks.skew_ms_max != 0) {
      const auto skew = either_way(clocks.skew_ms_max);
      nodes_[i]->clock().skew(skew);
      count("clock_skewed", fmt::format("node {} by {} ms", i, skew));
    }
    if (clocks.drift_ppm_max != 0) {
      const auto drift = either_way(clocks.drift_ppm_max);
      nodes_[i]->clock().drift(drift);
      count("clock_drifting", fmt::format("node {} by {} ppm", i, drift));
    }
    if (clocks.far_skew_ms_max != 0 && i < on_.scenario.faulty()) {
      const auto skew = either_way(clocks.far_skew_ms_max);
      nodes_[i]->clock().skew(skew);
      count("clock_far_off", fmt::format("node {} by {} ms", i, skew));
    }
  }
  // The last ones: the first holds the lease.
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (i + on_.scenario.dead >= nodes_.size())
      count("dead_from_the_start", fmt::format("node {}", i));
    else if (!on_.late[i])
      nodes_[i]->start();
  }
}

void FaultPlan::strike(policies::Instant now) {
  const auto dies_ms = on_.scenario.owner_dies_ms;
  if (dies_ms != 0 && !owner_dead_ && now >= policies::after_ms(began_, static_cast<std::int64_t>(dies_ms)))
    bury_owner();
  if (crashes_.is_due(now)) {
    const auto node = on_.chance.below(nodes_.size());
    const auto role = on_.chance.below(16);
    count("role_crash", fmt::format("node {} role {}", node, role));
    nodes_[node]->crash_role(role);
  }
  if (power_cuts_.is_due(now)) cut_power(now);
  if (broken_disks_.is_due(now)) break_disk();
  if (full_disks_.is_due(now)) fill_disk(now);
  make_room(now);
  if (flips_.is_due(now)) flip_bit();
  restart_ended(now);
  restore_power(now);
  if (nodes_.size() < 2) return;
  if (breaks_.is_due(now)) {
    const auto a = on_.chance.below(nodes_.size());
    const auto b = (a + 1 + on_.chance.below(nodes_.size() - 1)) % nodes_.size();
    if (on_.network.break_link(a, b)) count("link_broken", fmt::format("{} - {}", a, b));
  }
  if (partitions_.is_due(now)) partition(now);
  if (partition_moves_ && *partition_moves_ <= now) cut_off_next(now);
  if (partition_over_ && *partition_over_ <= now) {
    partition_over_.reset();
    partition_moves_.reset();
    on_.network.heal();
    on_.trace.say("healed partition");
  }
  if (jumps_.is_due(now)) jump_clock();
}

std::size_t FaultPlan::off_now() const {
  std::size_t off = 0;
  for (std::size_t node = 0; node < nodes_.size(); ++node)
    if (!nodes_[node]->is_running() && !on_.late[node] && !is_dead(node)) ++off;
  return off;
}

/// Its node is off for good, and nobody else has its keys.
void FaultPlan::bury_owner() {
  count("owner_died", "node 0");
  nodes_[0]->lose_power();
  nodes_[0]->forgive();
  power_back_[0].reset();
  owner_dead_ = true;
}

void FaultPlan::cut_power(policies::Instant now) {
  if (off_now() >= on_.scenario.faults.off_at_once_max) return;
  const auto node = on_.chance.below(nodes_.size());
  if (!nodes_[node]->is_running()) return;
  const auto off_ms = on_.chance.below(on_.scenario.faults.power_off_ms_max);
  count("power_loss", fmt::format("node {} for {} ms", node, off_ms));
  if (const auto lost = nodes_[node]->lose_power(); lost != 0) on_.faults["unsynced_append_lost"] += lost;
  power_back_[node] = policies::after_ms(now, static_cast<std::int64_t>(off_ms));
}

void FaultPlan::restore_power(policies::Instant now) {
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    // On a full disk a node doesn't start.
    if (!power_back_[node] || now < *power_back_[node] || nodes_[node]->disk().is_full()) continue;
    power_back_[node].reset();
    on_.checkers.check_stored(node, actors::LedgerView{nodes_[node]->disk().written().snapshot()});
    turn_on(node);
  }
}

void FaultPlan::break_disk() {
  const auto node = on_.chance.below(nodes_.size());
  if (!nodes_[node]->is_running() || nodes_[node]->disk().is_broken()) return;
  count("disk_broken", fmt::format("node {}", node));
  nodes_[node]->disk().break_down();
}

void FaultPlan::fill_disk(policies::Instant now) {
  const auto node = on_.chance.below(nodes_.size());
  auto& disk = nodes_[node]->disk();
  if (!nodes_[node]->is_running() || disk.is_broken() || disk.is_full()) return;
  const auto ms = on_.chance.between(1, on_.scenario.faults.disk_full_ms_max);
  count("disk_full", fmt::format("node {} for {} ms", node, ms));
  disk.fill_up();
  room_back_[node] = policies::after_ms(now, static_cast<std::int64_t>(ms));
}

void FaultPlan::make_room(policies::Instant now) {
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (!room_back_[node] || now < *room_back_[node]) continue;
    room_back_[node].reset();
    nodes_[node]->disk().make_room();
    on_.trace.say(fmt::format("room on the disk of node {}", node));
  }
}

/// Whether this node may forget what it signed, and so never vote again: with it no more than f fail for
/// good.
bool FaultPlan::may_lose_vote(std::size_t node) const {
  std::size_t failed = on_.liars + (owner_dead_ ? 1 : 0);
  for (std::size_t other = 0; other < nodes_.size(); ++other)
    if (other != node && (!nodes_[other]->signs() || nodes_[other]->disk().holds_damaged_sign_state()))
      ++failed;
  return failed < on_.scenario.faulty();
}

/// With a new disk it signs nothing before it has the chain again that it signed for.
bool FaultPlan::has_vote(std::size_t node) const {
  return nodes_[node]->signs() && on_.checkers.final_height(node) >= replaced_at_[node];
}

void FaultPlan::flip_bit() {
  // Whoever gets a new disk needs others that have the chain: as many may be damaged as may fail.
  std::vector<std::size_t> suspects;
  std::vector<std::size_t> others;
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (on_.dishonest[node]) continue;
    const bool is_behind = on_.checkers.final_height(node) + 2 < on_.checkers.highest();
    (nodes_[node]->disk().is_suspect() || is_behind ? suspects : others).push_back(node);
  }
  const auto few = on_.scenario.faulty();
  const auto& choices = suspects.size() + on_.liars < few ? others : suspects;
  if (few == 0 || choices.empty()) return;
  const auto node = choices[on_.chance.below(choices.size())];
  const bool noticed = on_.chance.below(1'000) >= on_.scenario.faults.flips_unnoticed_permille;
  const auto what = nodes_[node]->disk().flip_bit({.noticed = noticed, .sign_state = may_lose_vote(node)});
  if (!what.empty())
    count(noticed ? "bit_flip" : "bit_flip_unnoticed", fmt::format("node {} {}", node, what));
}

/// A node whose disk is broken or damaged ends by itself; whoever runs it starts it again, and mends the
/// disk first if he looks.
void FaultPlan::restart_ended(policies::Instant now) {
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (!nodes_[node]->has_ended()) continue;
    const auto& disk = nodes_[node]->disk();
    const auto& halted = nodes_[node]->halted();
    if (disk.is_suspect()) {
      if (!halted)
        on_.checkers.violated(fmt::format("node {} ended on a damaged disk without saying so", node));
      else if (halted->kind == actors::Halt::Kind::integrity)
        count("damage_found", fmt::format("node {}: {}", node, halted->text));
      restart_later(node, now);
      if (on_.chance.below(2) == 0) replace_disk(node);
    } else if (disk.is_broken()) {
      restart_later(node, now);
    }
  }
}

void FaultPlan::restart_later(std::size_t node, policies::Instant now) {
  nodes_[node]->lose_power();
  nodes_[node]->forgive();
  const auto off_ms = on_.chance.below(on_.scenario.faults.power_off_ms_max);
  power_back_[node] = policies::after_ms(now, static_cast<std::int64_t>(off_ms));
}

/// What a checksum missed must show when the chain is executed again.
void FaultPlan::replace_disk(std::size_t node) {
  const auto& disk = nodes_[node]->disk();
  if (disk.holds_unnoticed_flips() && actors::replay(disk))
    on_.checkers.violated(fmt::format("executed again, the damaged disk of node {} looks sound", node));
  const bool signed_before = nodes_[node]->signs();
  nodes_[node]->replace_disk();
  count("disk_replaced", fmt::format("node {}", node));
  if (signed_before && !nodes_[node]->signs()) count("sign_state_lost", fmt::format("node {}", node));
  replaced_at_[node] = std::max(replaced_at_[node], on_.checkers.final_height(node));
  on_.checkers.wiped(node);
}

void FaultPlan::replace_suspect_disks() {
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (!nodes_[node]->disk().is_suspect()) continue;
    nodes_[node]->lose_power();
    nodes_[node]->forgive();
    replace_disk(node);
  }
}

void FaultPlan::partition(policies::Instant now) {
  on_.network.heal();
  const auto one = on_.chance.below(nodes_.size());
  const auto cut_both = [&](std::size_t a, std::size_t b) {
    on_.network.cut(a, b, true);
    on_.network.cut(b, a, true);
  };
  partition_moves_.reset();
  switch (on_.chance.below(6)) {
    case 0:
      count("partition_halves", fmt::format("at {}", one));
      for (std::size_t a = 0; a < nodes_.size(); ++a)
        for (std::size_t b = a + 1; b < nodes_.size(); ++b)
          if ((a <= one) != (b <= one)) cut_both(a, b);
      break;
    case 1:
      count("partition_alone", fmt::format("node {}", one));
      for (std::size_t other = 0; other < nodes_.size(); ++other)
        if (other != one) cut_both(one, other);
      break;
    case 2:
      count("partition_deaf", fmt::format("node {}", one));
      for (std::size_t other = 0; other < nodes_.size(); ++other)
        if (other != one) on_.network.cut(other, one, true);
      break;
    case 3:
      // Some hear what others don't: blocks get prepared here and there, and decided nowhere.
      count("partition_some", "any direction");
      for (std::size_t a = 0; a < nodes_.size(); ++a)
        for (std::size_t b = 0; b < nodes_.size(); ++b)
          if (a != b && on_.chance.below(2) == 0) on_.network.cut(a, b, true);
      break;
    case 4:
      count("partition_moving", fmt::format("from {}", one));
      cut_off_ = one;
      cut_off_next(now);
      break;
    default:
      count("partition_mute", fmt::format("node {}", one));
      for (std::size_t other = 0; other < nodes_.size(); ++other)
        if (other != one) on_.network.cut(one, other, true);
      break;
  }
  const auto ms = on_.chance.between(1, on_.scenario.faults.partition_ms_max);
  partition_over_ = policies::after_ms(now, static_cast<std::int64_t>(ms));
}

/// One node after the other is alone, each for a moment.
void FaultPlan::cut_off_next(policies::Instant now) {
  on_.network.heal();
  cut_off_ = (cut_off_ + 1) % nodes_.size();
  for (std::size_t other = 0; other < nodes_.size(); ++other) {
    if (other == cut_off_) continue;
    on_.network.cut(cut_off_, other, true);
    on_.network.cut(other, cut_off_, true);
  }
  partition_moves_ = policies::after_ms(now, static_cast<std::int64_t>(on_.chance.between(100, 1'500)));
}

void FaultPlan::jump_clock() {
  const auto few = on_.scenario.faulty();
  if (few == 0) return;
  const auto node = on_.chance.below(few);
  const auto skew = either_way(on_.scenario.faults.jump_clock_ms_max);
  count("clock_jump", fmt::format("node {} to {} ms", node, skew));
  nodes_[node]->clock().skew(skew);
}

void FaultPlan::end_for_core(std::size_t validators) {
  on_.network.heal();
  // How long frames take is no fault: rounds must get long enough for it.
  on_.network.set_weather(
      {.delay_us_min = on_.scenario.weather.delay_us_min, .delay_us_max = on_.scenario.weather.delay_us_max});
  partition_over_.reset();
  partition_moves_.reset();
  std::size_t off = 0;
  replace_suspect_disks();
  // Those who lie, and those who don't vote any more, are among the f that may fail.
  const auto few = policies::faulty_max(validators);
  const std::size_t dead = owner_dead_ ? 1 : 0;
  std::size_t voteless = 0;
  for (std::size_t node = 0; node < nodes_.size(); ++node) voteless += has_vote(node) ? 0 : 1;
  const auto off_max = on_.chance.below(few - std::min(few, on_.liars + voteless + dead) + 1);
  auto left = static_cast<std::uint64_t>(std::ranges::count(on_.dishonest, false)) + 1;
  for (auto node = nodes_.size(); node-- > 0;) {
    power_back_[node].reset();
    room_back_[node].reset();
    if (is_dead(node)) continue;
    if (on_.dishonest[node]) {
      if (on_.chance.below(2) == 0) {
        on_.trace.say(fmt::format("node {} falls silent", node));
        nodes_[node]->lose_power();
        nodes_[node]->forgive();
      } else {
        start(node);
      }
      continue;
    }
    --left;
    const bool any_far =
        on_.scenario.clocks.far_skew_ms_max != 0 || on_.scenario.faults.jump_clock_every_ms != 0;
    if (any_far && node < on_.scenario.faulty()) nodes_[node]->clock().skew(0);
    // Of those that are left, as many as are still to be chosen.
    if (on_.chance.below(left) < off_max - off) {
      on_.trace.say(fmt::format("node {} stays off", node));
      nodes_[node]->lose_power();
      nodes_[node]->forgive();
      ++off;
    } else {
      start(node);
    }
  }
  on_.trace.say("faults end");
}

void FaultPlan::end() {
  for (std::size_t node = 0; node < nodes_.size(); ++node) start(node);
}

void FaultPlan::start(std::size_t node) {
  if (is_dead(node)) return;
  nodes_[node]->disk().make_room();
  if (nodes_[node]->disk().is_broken()) {
    nodes_[node]->lose_power();
    nodes_[node]->forgive();
  }
  if (!nodes_[node]->is_running()) turn_on(node);
}

void FaultPlan::turn_on(std::size_t node) {
  if (nodes_[node]->disk().take_torn()) count("torn_sync_found", fmt::format("node {}", node));
  nodes_[node]->start();
}

}  // namespace mnrt::sims
