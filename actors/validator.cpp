#include "actors/validator.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/exceptions.hpp"
#include "actors/mail/common.hpp"
#include "actors/mail/core.hpp"
#include "actors/mail/peers.hpp"
#include "actors/mail/validator.hpp"
#include "actors/ports.hpp"
#include "actors/verifier.hpp"
#include "policies/limits.hpp"

namespace mnrt::actors {
namespace {

namespace limits = policies::limits;
using policies::Refusal;

constexpr std::chrono::seconds worker_timeout{5};
constexpr std::chrono::seconds core_timeout{2};

struct State {
  ValidatorDeps deps;
  std::vector<verifier_actor> workers;
  std::size_t next_worker{};
  std::uint64_t waiting{};
  std::uint64_t verified{};
};

using Validator = validator_actor::stateful_pointer<State>;
using Answer = caf::typed_response_promise<CheckedFrames>;

/// One client's frames on their way through workers and core; answers when the last piece is back.
struct Collection {
  Answer answer;
  CheckedFrames result;
  std::vector<std::shared_ptr<const policies::Bytes>> frames;
  bool from_peer{};
  std::size_t pieces{};

  void piece_done() {
    if (--pieces == 0) answer.deliver(std::move(result));
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

const verifier_actor& next_worker(Validator self) {
  auto& state = self->state;
  return state.workers[state.next_worker++ % state.workers.size()];
}

void send_piece(Validator self, const Shared& collection, std::size_t first, VerifyFrames piece) {
  const auto count = piece.frames.size();
  self->request(next_worker(self), worker_timeout, std::move(piece))
      .then(
          [self, collection, first, count](VerifiedFrames& verified) {
            self->state.waiting -= count;
            self->state.verified += verified.transactions.size();
            hand_to_core(self, collection, first, verified);
          },
          [self, collection, first, count](const caf::error&) {
            self->state.waiting -= count;
            refuse_piece(collection, first, count);
          });
}

void set_workers(Validator self, std::size_t count) {
  auto& workers = self->state.workers;
  while (workers.size() < std::max<std::size_t>(count, 1)) {
    auto worker = spawn_verifier(self->system(), self->state.deps.chain_id, *self->state.deps.notes);
    self->link_to(worker);  // a crash of a worker restarts the role: its mail has no other home
    workers.push_back(std::move(worker));
  }
  while (workers.size() > std::max<std::size_t>(count, 1)) {
    self->unlink_from(workers.back());
    caf::anon_send_exit(workers.back(), caf::exit_reason::user_shutdown);
    workers.pop_back();
  }
}

validator_actor::behavior_type validator(Validator self, ValidatorDeps deps) {
  self->state.deps = std::move(deps);
  self->set_exception_handler(note_and_end(*self->state.deps.notes, "validator"));
  set_workers(self, self->state.deps.workers);
  return {
      [](const Ping&) { return Pong{}; },
      [](const Crash&) { throw AskedToCrash{}; },
      [self](CheckFrames& check) -> caf::result<CheckedFrames> {
        auto& state = self->state;
        auto collection = std::make_shared<Collection>();
        collection->result.items.resize(check.frames.size());
        collection->from_peer = check.from_peer;
        if (check.frames.empty() || state.waiting + check.frames.size() > state.deps.frames_waiting_max) {
          for (auto& item : collection->result.items) item.refusal = Refusal::busy;
          return std::move(collection->result);
        }
        collection->answer = self->make_response_promise<CheckedFrames>();
        collection->pieces = (check.frames.size() + limits::verify_batch_max - 1) / limits::verify_batch_max;
        state.waiting += check.frames.size();
        for (std::size_t first = 0; first < check.frames.size(); first += limits::verify_batch_max) {
          const auto last = std::min(first + limits::verify_batch_max, check.frames.size());
          send_piece(self, collection, first, {{check.frames.begin() + first, check.frames.begin() + last}});
        }
        collection->frames = std::move(check.frames);
        return collection->answer;
      },
      [self](CheckConsensus& check) { return self->delegate(next_worker(self), std::move(check)); },
      [self](CheckFinals& check) { return self->delegate(next_worker(self), std::move(check)); },
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
