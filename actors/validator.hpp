#pragma once

#include <caf/actor_system.hpp>
#include <cstddef>

#include "actors/interfaces.hpp"
#include "policies/digest.hpp"

namespace mnrt::actors {

class Notes;

struct ValidatorDeps {
  policies::Digest chain_id;
  std::size_t workers{2};                 ///< verification workers at the start, at least 1
  std::size_t frames_waiting_max{1'000};  ///< over it new frames are refused `busy`
  core_actor core;
  peers_actor peers;  ///< hears of what was admitted; null: a lone node
  Notes* notes{};
};

/// The router of verification workers: decodes and verifies what clients send, in batches of up to
/// limits::verify_batch_max, and hands what holds to core. It checks and never votes.
validator_actor spawn_validator(caf::actor_system& system, ValidatorDeps deps);

}  // namespace mnrt::actors
