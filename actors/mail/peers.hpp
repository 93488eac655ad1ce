#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "policies/address.hpp"
#include "policies/bytes.hpp"
#include "policies/consensus/effects.hpp"
#include "policies/consensus/messages.hpp"
#include "policies/height.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::actors {

// --- with the transport. A peer is named by the address of its seat.

/// One frame for each of these peers. What has no link, or is lost on it, is gone without a word.
struct SendFrame {
  std::vector<policies::Address> to;
  std::shared_ptr<const policies::Bytes> frame;
};

/// A frame from a peer, as it came: nothing about it is checked but who sent it.
struct FrameArrived {
  policies::Address from;
  std::shared_ptr<const policies::Bytes> frame;
};

/// A link came up, or went down. What was sent before may be lost.
struct LinkChanged {
  policies::Address peer;
  bool up{};
};

/// Asks the transport to say again which links are up.
struct TellLinks {};

// --- with core and validator

/// The validator began anew: what was given to it before takes no more room, answered or not.
struct ChecksLost {};

/// A signed message of this node, for one peer or for every validator of the open height.
struct SendConsensus {
  std::optional<policies::Address> to;
  std::shared_ptr<const policies::ConsensusMessage> message;
};

/// FetchBlock, Sync or SendFinal, as consensus asks for them.
struct PeerAsk {
  policies::Ask ask;
};

/// Frames that this node's own clients sent and its pool took.
struct Gossip {
  std::vector<std::shared_ptr<const policies::Bytes>> frames;
};

/// The height that is being decided, and who decides it. From core, with each new tip and when asked.
struct HeightOpened {
  policies::Height height;
  std::shared_ptr<const policies::ValidatorSet> validators;
  std::shared_ptr<const policies::ValidatorSet> before;  ///< who sealed the tip; null: the tip is genesis
  policies::Digest tip;                                  ///< the final block under it
};

struct PeersAsked {};
struct PeersFacts {
  std::uint64_t links{};  ///< that are up
  bool behind{};          ///< a peer claims blocks that aren't here
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::SendFrame)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::FrameArrived)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::LinkChanged)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ChecksLost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::TellLinks)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::SendConsensus)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::PeerAsk)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::Gossip)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::HeightOpened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::PeersAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::PeersFacts)
