#include "actors/journal.hpp"

#include <caf/all.hpp>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/journal.hpp"
#include "actors/owed_answer.hpp"
#include "actors/ports.hpp"
#include "policies/limits.hpp"

namespace mnrt::actors {
namespace {

/// From the store's thread: the oldest append is synced, or failed.
struct Synced {
  std::optional<StoreError> failure;
};

}  // namespace
}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Synced)

namespace mnrt::actors {
namespace {

using journal_impl = journal_actor::extend<caf::reacts_to<Synced>>;
using SyncDone = std::function<void(bool)>;

struct State {
  Store* store{};
  Notes* notes{};
  std::uint32_t incarnation{};
  std::function<void(Halt)> halt;
  bool halted{};
  std::uint32_t opened{};
  std::map<std::string, std::uint64_t> sessions;  ///< of each writer, the newest
  std::deque<SyncDone> waiting;                   ///< in the order of the appends
  std::deque<SyncDone> unanswered;                ///< failed, while the node is about to end

  bool is_current(std::uint64_t session) const {
    for (const auto& [writer, newest] : sessions)
      if (newest == session) return true;
    return false;
  }
};

using Journal = journal_impl::stateful_pointer<State>;

void append(Journal self, messages::Batch rows, SyncDone then) {
  self->state.waiting.push_back(std::move(then));
  // Weak: an append in flight must not keep a crashed journal alive.
  auto me = caf::actor_cast<caf::actor_addr>(self);
  self->state.store->append(std::move(rows), [me](std::expected<void, StoreError> result) {
    if (auto journal = caf::actor_cast<caf::actor>(me))
      caf::anon_send(journal, Synced{result ? std::nullopt : std::optional{std::move(result.error())}});
  });
}

void fail(Journal self, const StoreError& error) {
  if (std::exchange(self->state.halted, true)) return;
  self->state.notes->add(
      "journal",
      {.level = policies::Note::Level::error, .code = "append_failed", .fields = {{"error", error.text}}});
  const bool damage = error.kind == StoreError::Kind::corrupted;
  if (self->state.halt)
    self->state.halt({.kind = damage ? Halt::Kind::integrity : Halt::Kind::disk, .text = error.text});
}

journal_impl::behavior_type journal(Journal self, Store* store, Notes* notes, std::uint32_t incarnation,
                                    std::function<void(Halt)> halt) {
  self->state.store = store;
  self->state.notes = notes;
  self->state.incarnation = incarnation;
  self->state.halt = std::move(halt);
  self->set_exception_handler(note_and_end(*notes, "journal"));
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](Open& open) -> caf::result<Opened> {
        const auto answer = owed(self->make_response_promise<Opened>());
        // An empty append is the barrier: the store keeps the order.
        append(self, {}, [self, answer, writer = std::move(open.writer)](bool ok) {
          if (!ok) {
            answer->deliver(Opened{std::unexpected(AppendRefusal::store_failed)});
            return;
          }
          const auto session = std::uint64_t{self->state.incarnation} << 32 | ++self->state.opened;
          self->state.sessions[writer] = session;
          answer->deliver(Opened{session});
        });
        return *answer;
      },
      [self](Append& append_mail) -> caf::result<Appended> {
        auto refuse = [](AppendRefusal why) { return Appended{std::unexpected(why)}; };
        if (!self->state.is_current(append_mail.session)) return refuse(AppendRefusal::stale_writer);
        if (self->state.waiting.size() + self->state.unanswered.size() >= policies::limits::journal_queue_max)
          return refuse(AppendRefusal::busy);
        const auto answer = owed(self->make_response_promise<Appended>());
        append(self, std::move(append_mail.rows), [answer, refuse](bool ok) {
          answer->deliver(ok ? Appended{} : refuse(AppendRefusal::store_failed));
        });
        return *answer;
      },
      [self](Synced& synced) {
        auto done = std::move(self->state.waiting.front());
        self->state.waiting.pop_front();
        if (!synced.failure) return done(true);
        fail(self, *synced.failure);
        // Answered, the roles that write would start again and again until the node is gone, and fill the
        // log.
        if (!self->state.halt) return done(false);
        self->state.unanswered.push_back(std::move(done));
      },
  };
}

}  // namespace

journal_actor spawn_journal(caf::actor_system& system, Store& store, Notes& notes, std::uint32_t incarnation,
                            std::function<void(Halt)> halt) {
  return system.spawn(journal, &store, &notes, incarnation, std::move(halt));
}

}  // namespace mnrt::actors
