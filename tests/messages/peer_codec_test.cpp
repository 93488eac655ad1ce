#include "messages/peer_codec.hpp"

#include <catch2/catch.hpp>

#include "policies/limits.hpp"
#include "tests/messages/samples.hpp"

namespace mnrt::messages {
namespace {

using namespace policies;

SharedBytes bytes_of_size(std::size_t size) {
  return std::make_shared<const Bytes>(size, std::uint8_t{7});
}

std::optional<DecodeError> refusal_of(const PeerMessage& message) {
  const auto decoded = decode_peer(encode_peer(message));
  return decoded ? std::nullopt : std::optional(decoded.error());
}

TEST_CASE("an envelope gives back the frame that it carries, byte for byte") {
  samples::Draw draw(1);
  const auto frame = std::make_shared<const Bytes>(samples::frame(draw));
  const auto decoded = decode_peer(encode_peer(GossipFrames{{frame, frame}}));
  REQUIRE(decoded);
  const auto& gossip = std::get<GossipFrames>(*decoded);
  REQUIRE(gossip.frames.size() == 2);
  REQUIRE(*gossip.frames[1] == *frame);
}

TEST_CASE("an answer without blocks is one, and gossip without transactions is none") {
  REQUIRE_FALSE(refusal_of(FinalFrames{}));
  REQUIRE(refusal_of(GossipFrames{}) == DecodeError::not_canonical);
}

TEST_CASE("counts over their limits are refused by name") {
  const auto frame = bytes_of_size(8);
  REQUIRE_FALSE(refusal_of(GossipFrames{std::vector(limits::gossip_frames_max, frame)}));
  REQUIRE(refusal_of(GossipFrames{std::vector(limits::gossip_frames_max + 1, frame)}) ==
          DecodeError::wrong_length);
  REQUIRE_FALSE(refusal_of(FinalFrames{std::vector(limits::final_blocks_max, frame)}));
  REQUIRE(refusal_of(FinalFrames{std::vector(limits::final_blocks_max + 1, frame)}) ==
          DecodeError::wrong_length);
  REQUIRE_FALSE(refusal_of(FinalAsked{{1}, limits::final_blocks_max}));
  REQUIRE(refusal_of(FinalAsked{{1}, limits::final_blocks_max + 1}) == DecodeError::out_of_range);
  REQUIRE(refusal_of(FinalAsked{{1}, 0}) == DecodeError::out_of_range);
  samples::Draw draw(2);
  const Heard heard{draw.bytes<Address>(), samples::statement(draw)};
  REQUIRE_FALSE(refusal_of(HeardStatements{std::vector(limits::hearsay_max, heard)}));
  REQUIRE(refusal_of(HeardStatements{std::vector(limits::hearsay_max + 1, heard)}) ==
          DecodeError::wrong_length);
}

TEST_CASE("a frame over its size is refused before it is looked into") {
  REQUIRE(refusal_of(GossipFrames{{bytes_of_size(limits::transaction_bytes_max + 8)}}) ==
          DecodeError::too_large);
  REQUIRE_FALSE(refusal_of(ConsensusFrame{bytes_of_size(limits::frame_bytes_max)}));
  REQUIRE(refusal_of(ConsensusFrame{bytes_of_size(limits::frame_bytes_max + 64)}) == DecodeError::too_large);
}

TEST_CASE("a frame of no whole words is refused") {
  REQUIRE(refusal_of(ConsensusFrame{bytes_of_size(12)}) == DecodeError::truncated);
  REQUIRE(refusal_of(BlockFrame{bytes_of_size(0)}) == DecodeError::not_canonical);
}

}  // namespace
}  // namespace mnrt::messages
