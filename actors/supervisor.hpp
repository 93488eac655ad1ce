#pragma once

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace mnrt::actors {

class Notes;

/// How often a role may restart before its supervisor gives up: more than `restarts` within `period` ends the
/// node.
struct RestartLimit {
  std::size_t restarts{5};
  std::chrono::milliseconds period{10'000};
};

/// The supervisor's public face: an untyped actor that passes all mail on to the role it keeps alive. Mail
/// that comes before `open` waits. It also answers RestartsAsked.
caf::actor spawn_supervisor(caf::actor_system& system, std::string role, RestartLimit limit, Notes& notes);

/// Starts the role: `start` makes its actor now and after each crash. `dependents` are supervisors whose
/// roles restart with it, without counting against their limits. A dependent that ends with
/// sec::request_receiver_down has seen the crash before this supervisor: it waits for that restart, as does
/// its mail. To be called before a dependent is opened.
void open_supervisor(const caf::actor& supervisor, std::function<caf::actor(caf::actor_system&)> start,
                     std::vector<caf::actor> dependents);

/// A supervisor's own count.
struct RestartsAsked {};
struct RestartsFound {
  std::uint64_t restarts{};
};

}  // namespace mnrt::actors
