#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <variant>
#include <vector>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/consensus/heard_book.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"

// What nodes of different owners say to each other: an envelope around frames that have codecs of their own.
// docs/formats.md, Between nodes.
namespace mnrt::messages {

using SharedBytes = std::shared_ptr<const policies::Bytes>;

/// A canonical consensus message (consensus_codec.hpp), not looked into.
struct ConsensusFrame {
  SharedBytes frame;
};

/// Transaction frames (transaction_codec.hpp), not looked into: 1 to limits::gossip_frames_max.
struct GossipFrames {
  std::vector<SharedBytes> frames;
};

/// Asks for a block of the height that is being decided; also one that became final meanwhile.
struct BlockAsked {
  policies::Height height;
  policies::Digest digest;
};

/// A canonical block (block_codec.hpp), not looked into.
struct BlockFrame {
  SharedBytes frame;
};

/// Asks for final blocks from a height on, 1 to limits::final_blocks_max of them.
struct FinalAsked {
  policies::Height from;
  std::uint32_t count{};
};

/// Canonical decisions (block_codec.hpp), ascending, not looked into: at most limits::final_blocks_max. None:
/// the peer has not the first that was asked for.
struct FinalFrames {
  std::vector<SharedBytes> frames;
};

/// The last final block of whoever says it.
struct PeerStatus {
  policies::Height tip;
  policies::Digest digest;
};

/// What validators said that the receiver may not have heard: 1 to limits::hearsay_max.
struct HeardStatements {
  std::vector<policies::Heard> heard;
};

using PeerMessage = std::variant<ConsensusFrame, GossipFrames, BlockAsked, BlockFrame, FinalAsked,
                                 FinalFrames, PeerStatus, HeardStatements>;

policies::Bytes encode_peer(const PeerMessage& message);

/// Checks the envelope: size, form, counts. What is inside a frame is for its own codec.
std::expected<PeerMessage, DecodeError> decode_peer(policies::ByteView bytes);

}  // namespace mnrt::messages
