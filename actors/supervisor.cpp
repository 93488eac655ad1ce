#include "actors/supervisor.hpp"

#include <caf/all.hpp>
#include <deque>
#include <utility>

#include "actors/mail/supervisor.hpp"
#include "actors/ports.hpp"

namespace mnrt::actors {
namespace {

struct OpenWith {
  std::function<caf::actor(caf::actor_system&)> start;
  std::vector<caf::actor> dependents;
};
struct StartAgain {};
struct DependsOnSender {};

}  // namespace
}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::OpenWith)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::StartAgain)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::DependsOnSender)

namespace mnrt::actors {
namespace {

using Clock = caf::actor_clock::time_point;

struct State {
  std::string role;
  RestartLimit limit;
  Notes* notes{};
  std::function<caf::actor(caf::actor_system&)> start;
  std::vector<caf::actor> dependents;
  caf::actor child;          ///< null: the role isn't open yet, or waits for the one it depends on
  std::deque<Clock> recent;  ///< restarts within the period that the limit speaks of
  std::uint64_t restarts{};
  bool depends{};           ///< starts again with another role
  bool asked_to_restart{};  ///< the coming exit was ordered by the role this one depends on

  const char* name = "supervisor";
};

using Supervisor = caf::stateful_actor<State>;

void begin(Supervisor* self) {
  auto& state = self->state;
  state.child = state.start(self->system());
  self->link_to(state.child);
  self->set_default_handler(
      [self](caf::scheduled_actor*, caf::message_view& view) -> caf::result<caf::message> {
        return self->delegate(self->state.child, view.move_content_to_message());
      });
}

/// Until the role is started again; its mail waits.
void await_start(Supervisor* self) {
  self->state.child = nullptr;
  self->set_default_handler(caf::skip);
}

bool within_limit(Supervisor* self) {
  auto& state = self->state;
  const auto now = self->clock().now();
  while (!state.recent.empty() && now - state.recent.front() > state.limit.period) state.recent.pop_front();
  state.recent.push_back(now);
  return state.recent.size() <= state.limit.restarts;
}

void child_ended(Supervisor* self, const caf::exit_msg& exit) {
  auto& state = self->state;
  for (auto& dependent : state.dependents) self->send(dependent, StartAgain{});
  ++state.restarts;
  if (!std::exchange(state.asked_to_restart, false)) {
    // Started at once, it would ask the same dead actor again and again until its limit is used up.
    if (state.depends && exit.reason == caf::sec::request_receiver_down) return await_start(self);
    const bool again = within_limit(self);
    state.notes->add(state.role, {.level = policies::Note::Level::error,
                                  .code = again ? "role_restarted" : "role_given_up",
                                  .fields = {{"role", state.role}, {"reason", caf::to_string(exit.reason)}}});
    if (!again) return self->quit(exit.reason);
  }
  begin(self);
}

caf::behavior supervisor(Supervisor* self, std::string role, RestartLimit limit, Notes* notes) {
  self->state.role = std::move(role);
  self->state.limit = limit;
  self->state.notes = notes;
  self->set_exit_handler([self](caf::exit_msg& exit) {
    if (self->state.child && exit.source == self->state.child.address()) return child_ended(self, exit);
    self->quit(exit.reason);
  });
  await_start(self);
  return {
      [self](OpenWith& open) {
        self->state.start = std::move(open.start);
        self->state.dependents = std::move(open.dependents);
        for (auto& dependent : self->state.dependents) self->send(dependent, DependsOnSender{});
        begin(self);
      },
      [self](DependsOnSender) { self->state.depends = true; },
      [self](StartAgain) {
        auto& state = self->state;
        if (!state.child) {
          if (state.start) begin(self);
          return;
        }
        state.asked_to_restart = true;
        // Not self->send_exit: an exit message from a linked actor would remove the link at the child.
        caf::anon_send_exit(state.child, caf::exit_reason::user_shutdown);
      },
      [self](RestartsAsked) { return RestartsFound{self->state.restarts}; },
  };
}

}  // namespace

caf::actor spawn_supervisor(caf::actor_system& system, std::string role, RestartLimit limit, Notes& notes) {
  return system.spawn(supervisor, std::move(role), limit, &notes);
}

void open_supervisor(const caf::actor& supervisor, std::function<caf::actor(caf::actor_system&)> start,
                     std::vector<caf::actor> dependents) {
  caf::anon_send(supervisor, OpenWith{std::move(start), std::move(dependents)});
}

}  // namespace mnrt::actors
