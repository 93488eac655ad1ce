#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "actors/api_calls.hpp"
#include "policies/crypto/ed25519.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/operation.hpp"
#include "sims/work.hpp"

namespace mnrt::sims {

/// The API's other side in a simulated world: takes calls when a gateway is connected, as a server would.
class SimulatedFrontEnd final : public actors::api::FrontEnd {
 public:
  void connect(std::function<void(actors::api::Call)> to_actors) override {
    to_actors_ = std::move(to_actors);
  }
  void disconnect() override { to_actors_ = nullptr; }
  void block_final(std::shared_ptr<const actors::FinalBlock>) override {}

  /// Without a gateway the answer is Unavailable.
  void call(actors::api::Request request, std::function<void(actors::api::Reply)> done);

 private:
  std::function<void(actors::api::Call)> to_actors_;
};

/// A client with an account: sends operations in the order of its nonces, each again until it is final, to
/// whichever node it is pointed at.
class Client {
 public:
  /// Where a call goes.
  struct Door {
    std::size_t node{};
    SimulatedFrontEnd& front_end;
  };

  /// `work` keeps books. `lane`: of the account, where another program sends in lane 0.
  Client(policies::SigningKey key, policies::Digest chain_id, Work& work, std::uint32_t lane = 0);

  policies::Address address() const;

  /// Sends what is under way again, or, when the last one is final, this.
  void send(const Door& door, policies::Operation operation, policies::Height now);
  /// Has the node notarise a document, with the node's account.
  void notarise(const Door& door, const policies::Digest& document);

 private:
  struct State;
  void call(const Door& door, actors::api::Request request, Work::Asked asked);
  std::shared_ptr<State> state_;  ///< replies may come after a client is gone
};

}  // namespace mnrt::sims
