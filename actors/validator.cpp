#include "actors/validator.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/peers.hpp"
#include "actors/mail/validator.hpp"
#include "actors/owed_answer.hpp"
#include "actors/ports.hpp"
#include "actors/verifier.hpp"
#include "policies/limits.hpp"

namespace mnrt::actors {
namespace {

namespace limits = policies::limits;
using policies::Refusal;

constexpr std::chrono::seconds core_timeout{2};

struct State;
using Validator = validator_actor::stateful_pointer<State>;

/// Work that may take a while: a worker gets one at a time, so that a consensus message, which goes to a
/// worker as it comes, never waits for more than that. What waits, waits here, where it is counted until it
/// is done.
using Job = std::function<void(Validator, const verifier_actor&)>;

struct Worker {
  verifier_actor actor;
  bool busy{};  ///< with a job
};

struct State {
  ValidatorDeps deps;
  std::vector<Worker> workers;
  std::size_t next_worker{};
  std::deque<Job> pieces;  ///< of transaction frames
  std::deque<Job> finals;
  bool finals_next{};              ///< the two take turns
  std::uint64_t waiting{};         ///< frames
  std::uint64_t gossip_waiting{};  ///< those of them that came from peers
  std::uint64_t verified{};
};

/// One client's frames on their way through workers and core; answers when the last piece is back.
struct Collection {
  OwedAnswer<CheckedFrames> answer;
  CheckedFrames result;
  std::vector<std::shared_ptr<const policies::Bytes>> frames;
  bool from_peer{};
  std::size_t pieces{};

  void piece_done() {
    if (--pieces == 0) answer->deliver(std::move(result));
  }
};
using Shared = std::shared_ptr<Collection>;

void refuse_piece(const Shared& collection, std::size_t first, std::size_t count) {
  for (std::size_t i = first; i < first + count; ++i)
    if (collection->result.items[i].refusal == Refusal::none)
      collection->result.items[i].refusal = Refusal::busy;
  collection->piece_done();
}

void hand_to_core(Validator self, const Shared& collection, std::size_t first, VerifiedFrames& verified) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < verified.items.size(); ++i) {
    collection->result.items[first + i] = verified.items[i];
    if (verified.items[i].refusal == Refusal::none) places.push_back(first + i);
  }
  if (places.empty()) return collection->piece_done();
  self->request(self->state.deps.core, core_timeout, Admit{std::move(verified.transactions)})
      .then(
          [self, collection, places](const Admitted& admitted) {
            Gossip gossip;
            for (std::size_t i = 0; i < places.size(); ++i) {
              collection->result.items[places[i]].refusal = admitted.refusals[i];
              if (admitted.refusals[i] == Refusal::none)
                gossip.frames.push_back(collection->frames[places[i]]);
            }
            const auto& peers = self->state.deps.peers;
            if (peers && !collection->from_peer && !gossip.frames.empty())
              self->send(peers, std::move(gossip));
            collection->piece_done();
          },
          // Core is restarting: the client hears `busy` and sends the same bytes again.
          [collection, places](const caf::error&) {
            for (auto place : places) collection->result.items[place].refusal = Refusal::busy;
            collection->piece_done();
          });
}

/// For a consensus message: a worker without a job, if there is one.
const verifier_actor& next_worker(Validator self) {
  auto& workers = self->state.workers;
  auto& next = self->state.next_worker;
  for (std::size_t i = 0; i < workers.size(); ++i)
    if (!workers[++next % workers.size()].busy) break;
  return workers[next % workers.size()].actor;
}

void give_out(Validator self) {
  auto& state = self->state;
  for (auto& worker : state.workers) {
    auto& first = state.finals_next ? state.finals : state.pieces;
    auto& jobs = !first.empty() ? first : state.finals_next ? state.pieces : state.finals;
    if (worker.busy || jobs.empty()) continue;
    state.finals_next = &jobs == &state.pieces;
    const auto job = std::move(jobs.front());
    jobs.pop_front();
    worker.busy = true;
    job(self, worker.actor);
  }
}

/// A worker always answers, or its end is the role's: no time-out, which would end the waiting and not the
/// work.
template <class Found, class Work, class Then, class Otherwise>
Job job_of(Work work, Then then, Otherwise otherwise) {
  return [work = std::move(work), then, otherwise](Validator self, const verifier_actor& worker) {
    const auto done = [self, worker] {
      for (auto& one : self->state.workers)
        if (one.actor == worker) one.busy = false;
      give_out(self);
    };
    self->request(worker, caf::infinite, work)
        .then(
            [then, done](Found& found) {
              then(found);
              done();
            },
            [otherwise, done](const caf::error& why) {
              otherwise(why);
              done();
            });
  };
}

void add_piece(Validator self, const Shared& collection, std::size_t first, VerifyFrames piece) {
  const auto count = piece.frames.size();
  const auto is_done = [self, count, from_peer = collection->from_peer] {
    self->state.waiting -= count;
    if (from_peer) self->state.gossip_waiting -= count;
  };
  self->state.pieces.push_back(job_of<VerifiedFrames>(
      std::move(piece),
      [self, collection, first, is_done](VerifiedFrames& verified) {
        is_done();
        self->state.verified += verified.transactions.size();
        hand_to_core(self, collection, first, verified);
      },
      [collection, first, count, is_done](const caf::error&) {
        is_done();
        refuse_piece(collection, first, count);
      }));
}

/// Peers' frames fill at most half of the queue: clients find room in the rest.
bool has_room(const State& state, const CheckFrames& check) {
  const auto count = check.frames.size();
  const auto max = state.deps.frames_waiting_max;
  return state.waiting + count <= max && (!check.from_peer || state.gossip_waiting + count <= max / 2);
}

void set_workers(Validator self, std::size_t count) {
  auto& workers = self->state.workers;
  while (workers.size() < std::max<std::size_t>(count, 1)) {
    auto worker = spawn_verifier(self->system(), self->state.deps.chain_id, *self->state.deps.notes);
    self->link_to(worker);  // a crash of a worker restarts the role: its mail has no other home
    workers.push_back({std::move(worker)});
  }
  while (workers.size() > std::max<std::size_t>(count, 1)) {
    self->unlink_from(workers.back().actor);
    caf::anon_send_exit(workers.back().actor, caf::exit_reason::user_shutdown);
    workers.pop_back();
  }
  give_out(self);
}

validator_actor::behavior_type validator(Validator self, ValidatorDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "validator"));
  set_workers(self, self->state.deps.workers);
  if (self->state.deps.peers) self->send(self->state.deps.peers, ChecksLost{});
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](CheckFrames& check) -> caf::result<CheckedFrames> {
        auto& state = self->state;
        auto collection = std::make_shared<Collection>();
        collection->result.items.resize(check.frames.size());
        collection->from_peer = check.from_peer;
        if (check.frames.empty() || !has_room(state, check)) {
          for (auto& item : collection->result.items) item.refusal = Refusal::busy;
          return std::move(collection->result);
        }
        collection->answer = owed(self->make_response_promise<CheckedFrames>());
        collection->pieces = (check.frames.size() + limits::verify_batch_max - 1) / limits::verify_batch_max;
        state.waiting += check.frames.size();
        if (check.from_peer) state.gossip_waiting += check.frames.size();
        for (std::size_t first = 0; first < check.frames.size(); first += limits::verify_batch_max) {
          const auto last = std::min(first + limits::verify_batch_max, check.frames.size());
          add_piece(self, collection, first, {{check.frames.begin() + first, check.frames.begin() + last}});
        }
        collection->frames = std::move(check.frames);
        give_out(self);
        return *collection->answer;
      },
      [self](CheckConsensus& check) { return self->delegate(next_worker(self), std::move(check)); },
      [self](CheckFinals& check) -> caf::result<CheckedFinals> {
        const auto answer = owed(self->make_response_promise<CheckedFinals>());
        self->state.finals.push_back(job_of<CheckedFinals>(
            std::move(check), [answer](CheckedFinals& checked) { answer->deliver(std::move(checked)); },
            [answer](const caf::error& why) { answer->deliver(why); }));
        give_out(self);
        return *answer;
      },
      [self](const ScaleWorkers& scale) { set_workers(self, scale.workers); },
      [self](const ValidatorAsked&) {
        return ValidatorFacts{self->state.workers.size(), self->state.waiting, self->state.verified};
      },
  };
}

}  // namespace

validator_actor spawn_validator(caf::actor_system& system, ValidatorDeps deps) {
  return system.spawn(validator, std::move(deps));
}

}  // namespace mnrt::actors
