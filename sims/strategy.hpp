#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace mnrt::sims {

/// What a dishonest node does.
enum class Strategy : std::uint8_t {
  equivocate,           ///< one story for half of the validators, another for the rest
  withhold,             ///< leaves out messages, for some or all; promises blocks and doesn't give them
  replay,               ///< says again what anyone said before
  delay,                ///< says everything late
  conflict,             ///< several round changes for one round, and far rounds
  forge_round_change,   ///< claims certificates that don't exist, or others than it has
  hide_certificate,     ///< leads as if nothing had been prepared
  bad_seals,            ///< seals of other rounds, other signers, too few; in commits, headers, final blocks
  forge_justification,  ///< leads without a quorum of round changes, or out of turn
  wrong_time,           ///< block times at the edge of the window and beyond it
  silent_leader,        ///< never proposes
  mutate,               ///< small changes of real messages
  twins,                ///< two nodes with one identity: same keys, two disks
};

inline constexpr std::array<std::pair<std::string_view, Strategy>, 13> strategy_names{{
    {"equivocate", Strategy::equivocate},
    {"withhold", Strategy::withhold},
    {"replay", Strategy::replay},
    {"delay", Strategy::delay},
    {"conflict", Strategy::conflict},
    {"forge_round_change", Strategy::forge_round_change},
    {"hide_certificate", Strategy::hide_certificate},
    {"bad_seals", Strategy::bad_seals},
    {"forge_justification", Strategy::forge_justification},
    {"wrong_time", Strategy::wrong_time},
    {"silent_leader", Strategy::silent_leader},
    {"mutate", Strategy::mutate},
    {"twins", Strategy::twins},
}};

constexpr std::optional<Strategy> strategy_of(std::string_view name) {
  for (const auto& [known, strategy] : strategy_names)
    if (known == name) return strategy;
  return std::nullopt;
}

constexpr std::string_view name_of(Strategy strategy) {
  return strategy_names[static_cast<std::size_t>(strategy)].first;
}

}  // namespace mnrt::sims
