#include "sims/client.hpp"

#include <span>
#include <utility>
#include <variant>

#include "messages/transaction_codec.hpp"
#include "policies/ledger/key_policy.hpp"

namespace mnrt::sims {
namespace {

namespace api = actors::api;

constexpr std::chrono::milliseconds patience{8'000};
constexpr std::uint64_t expiry_blocks = 50;

}  // namespace

void SimulatedFrontEnd::call(api::Request request, std::function<void(api::Reply)> done) {
  if (!to_actors_) return done(api::Unavailable{});
  to_actors_({std::move(request), std::move(done)});
}

struct Client::State {
  policies::SigningKey key;
  policies::Digest chain_id;
  Work& work;
  std::uint32_t lane{};
  std::uint64_t nonce{};
  std::shared_ptr<const policies::SignedTransaction> under_way;
  policies::Height expiry;

  void take(const api::StatusReport& report) {
    if (!under_way || report.id != under_way->id) return;
    // Final although no answer said so: what was sent before had expired here.
    const bool passed = report.refusal == policies::Refusal::nonce_already_used;
    if (!report.height && !passed) return;
    ++nonce;
    under_way = nullptr;
  }
};

Client::Client(policies::SigningKey key, policies::Digest chain_id, Work& work, std::uint32_t lane)
    : state_(std::make_shared<State>(State{std::move(key), chain_id, work, lane, 0, nullptr, {}})) {}

policies::Address Client::address() const {
  return policies::address_of(policies::single_key(state_->key.public_key()));
}

void Client::send(const Door& door, policies::Operation operation, policies::Height now) {
  auto& state = *state_;
  if (state.under_way && state.expiry < now) state.under_way = nullptr;
  if (!state.under_way) {
    policies::Transaction body;
    body.chain_id = state.chain_id;
    body.sender = address();
    body.lane = state.lane;
    body.nonce = state.nonce;
    body.fee_limit = {1'000'000'000};
    body.priority = {state.nonce % 4};  // a full pool takes who pays more
    body.expiry = state.expiry = now + expiry_blocks;
    body.operations = {std::move(operation)};
    state.under_way = messages::sign_transaction(body, std::span{&state.key, 1});
  }
  call(door, api::Submit{{state.under_way->frame}, patience}, state.work.ask(door.node, state.under_way));
}

void Client::notarise(const Door& door, const policies::Digest& document) {
  auto asked = state_->work.ask(door.node, nullptr);
  asked.document = document;
  call(door, api::NotariseDigests{{{document, {}}}, patience}, std::move(asked));
}

void Client::call(const Door& door, api::Request request, Work::Asked asked) {
  door.front_end.call(std::move(request),
                      [shared = state_, asked = std::move(asked)](const api::Reply& reply) {
                        const auto* submitted = std::get_if<api::Submitted>(&reply);
                        shared->work.told(asked, submitted ? &submitted->reports.front() : nullptr);
                        if (submitted) shared->take(submitted->reports.front());
                      });
}

}  // namespace mnrt::sims
