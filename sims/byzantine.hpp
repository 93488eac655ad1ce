#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/seeded_signer.hpp"
#include "messages/peer_codec.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/time.hpp"
#include "policies/validator_set.hpp"
#include "sims/chance.hpp"
#include "sims/network.hpp"
#include "sims/strategy.hpp"

namespace mnrt::sims {

/// What dishonest nodes of one world have in common: they work together.
class Conspiracy {
 public:
  Conspiracy(SeededChance& chance, std::vector<policies::Address> members)
      : chance_(chance), members_(std::move(members)) {}

  /// Whether this validator is told the other story at that height. Members never are.
  bool is_other_half(policies::Height height, const policies::Address& address);

  /// The block that the other half is shown instead of this one; null: there is none.
  std::shared_ptr<const policies::Block> other(policies::Height height, const policies::Digest& digest) const;
  void set_other(const policies::Block& shown, std::shared_ptr<const policies::Block> other);

 private:
  SeededChance& chance_;
  std::vector<policies::Address> members_;
  std::map<std::pair<policies::Height, policies::Address>, bool> halves_;
  std::map<std::pair<policies::Height, policies::Digest>, std::shared_ptr<const policies::Block>> others_;
};

struct ByzantineDeps {
  std::size_t node{};      ///< its place in the network
  std::size_t identity{};  ///< whose keys it has
  policies::Digest chain_id;
  policies::ValidatorSet validators;  ///< of the genesis, sorted by address
  SeededChance& chance;
  Network& network;
  FaultCounts& faults;  ///< counts under "byzantine_" and the strategy's name
  Conspiracy& conspiracy;
  std::function<policies::BlockTime()> now;  ///< what a right clock shows
};

/// A dishonest node: a real one whose frames pass a strategy that holds its consensus key. What the strategy
/// leaves alone goes out as it is.
class Byzantine final : public Interceptor {
 public:
  Byzantine(ByzantineDeps deps, Strategy strategy);

  void sends(const std::vector<policies::Address>& to,
             const std::shared_ptr<const policies::Bytes>& frame) override;
  bool hears(const policies::Address& from, const std::shared_ptr<const policies::Bytes>& frame) override;

 private:
  using To = std::vector<policies::Address>;
  using Frame = std::shared_ptr<const policies::Bytes>;
  using Message = policies::ConsensusMessage;
  template <class Body>
  using Signed = policies::Signed<Body>;

  // byzantine.cpp: which strategy gets what, and tools.
  void dispatch(const To& to, const Message& message, const Frame& frame);
  bool lie(const To& to, const Message& message);
  void remember(const Message& message, const Frame& frame);
  void post(const To& to, const Frame& frame, std::uint64_t after_us = 0);
  void post(const To& to, const Message& message, std::uint64_t after_us = 0);
  void post(const To& to, const messages::PeerMessage& message);
  template <class Body>
  void say(const To& to, Body body) {
    post(to, Message{signed_by_me(std::move(body))});
  }
  template <class Body>
  Signed<Body> signed_by_me(Body body) const;
  void fired(std::string_view what = {});
  bool one_in(std::uint64_t times) { return deps_.chance.below(times) == 0; }
  policies::Digest any_digest();
  To some(const To& to);
  To everyone() const;
  std::pair<To, To> halves(policies::Height height, const To& to);
  std::shared_ptr<const policies::Block> changed(const policies::Block& block,
                                                 const std::function<void(policies::Header&)>& change) const;
  std::shared_ptr<const policies::Block> as_mine(const policies::Block& block, std::int64_t later_ms) const;
  std::vector<Signed<policies::RoundChange>> heard_changes(policies::Height height,
                                                           policies::Round round) const;

  // byzantine_strategies.cpp: each takes one of the node's own messages; true: it dealt with it.
  bool equivocate(const To& to, const Message& message);
  bool withhold(const To& to, const Message& message);
  bool replay();
  bool delay(const To& to, const Message& message);
  bool conflict(const To& to, const Message& message);
  bool forge_round_change(const To& to, const Message& message);
  bool hide_certificate(const To& to, const Message& message);
  void lead_without(const To& to, const policies::Proposal& body, policies::Round highest);
  bool forge_justification(const To& to, const Message& message);
  bool wrong_time(const To& to, const Message& message);
  bool silent(const Message& message);
  bool mutate(const To& to, const Message& message);
  bool split(const To& to, const Message& message);
  policies::PreparedCertificate forged_certificate(policies::Height height, policies::Round below);
  bool retell(const To& to, const Message& message);

  // byzantine_frames.cpp: seals, and what isn't consensus.
  bool withhold(const To& to, const messages::PeerMessage& message);
  bool bad_seals(const To& to, const Message& message);
  bool bad_finals(const To& to, const messages::PeerMessage& message);
  void push_final(const policies::Block& block, policies::Round round);
  policies::SealSet forged_seals(policies::SealSet seals, policies::Height height,
                                 const policies::Digest& digest);

  ByzantineDeps deps_;
  Strategy strategy_;
  actors::SeededSigner signer_;
  policies::Address self_;

  // What it heard and said, the newest of it.
  std::deque<Frame> old_frames_;
  std::deque<Signed<policies::Prepare>> prepares_;
  std::deque<Signed<policies::Commit>> commits_;
  std::deque<Signed<policies::RoundChange>> round_changes_;
  std::deque<Signed<policies::Proposal>> proposals_;
};

}  // namespace mnrt::sims
