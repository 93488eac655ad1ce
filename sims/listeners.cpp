#include "sims/listeners.hpp"

#include <algorithm>

#include "messages/consensus_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/peer_codec.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/crypto/ed25519.hpp"

namespace mnrt::sims {

using Addresses = std::vector<policies::Address>;
using Frame = std::shared_ptr<const policies::Bytes>;

/// At one node: lets everything pass.
class Listeners::Ear final : public Interceptor {
 public:
  Ear(Listeners& all, Network& network, std::size_t node) : all_(all), network_(network), node_(node) {
    network.intercept(node, *this);
  }
  void sends(const Addresses& to, const Frame& frame) override {
    for (const auto& address : to) network_.post(node_, address, frame, 0);
  }
  bool hears(const policies::Address&, const Frame& frame) override {
    all_.hear(node_, *frame);
    return true;
  }

 private:
  Listeners& all_;
  Network& network_;
  std::size_t node_;
};

Listeners::Listeners(const policies::Genesis& genesis, Network& network, const std::vector<bool>& dishonest,
                     std::function<std::uint64_t(std::size_t)> final_height)
    : chain_id_(messages::chain_id_of(genesis)),
      set_(genesis.validators),
      final_height_(std::move(final_height)) {
  for (std::size_t node = 0; node < dishonest.size(); ++node)
    if (!dishonest[node]) ears_.push_back(std::make_unique<Ear>(*this, network, node));
}

Listeners::~Listeners() = default;

void Listeners::hear(std::size_t node, const policies::Bytes& frame) {
  const auto envelope = messages::decode_peer(frame);
  const auto* mail = envelope ? std::get_if<messages::ConsensusFrame>(&*envelope) : nullptr;
  if (mail == nullptr) return;
  const auto message = messages::decode_consensus(*mail->frame);
  if (!message || policies::height_of(*message).value != final_height_(node) + 1) return;
  const auto& signer = policies::signer_of(*message);
  const auto seat = std::ranges::find(set_, signer, &policies::Validator::address);
  if (seat == set_.end()) return;
  const auto said = policies::statement_of(*message);
  auto& known = heard_[{policies::height_of(*message), signer}];
  if (std::ranges::find(known, said) != known.end()) return;
  // Anybody can put a name to anything.
  if (!policies::verify(seat->consensus_key, messages::signing_bytes_of(chain_id_, said.body),
                        said.signature))
    return;
  if (std::ranges::any_of(known, [&](const auto& one) { return contradict(one.body, said.body); }))
    contradictory_.try_emplace(policies::to_bech32m(signer), said.body.height.value);
  known.push_back(said);
}

}  // namespace mnrt::sims
