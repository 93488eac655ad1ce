// False seals, and frames that aren't consensus.
#include <algorithm>
#include <map>
#include <utility>

#include "messages/block_codec.hpp"
#include "sims/byzantine.hpp"

namespace mnrt::sims {

using namespace policies;

namespace {

void flip_bit(Signature& signature, std::uint64_t bit) {
  signature.bytes[bit / 8 % signature.bytes.size()] ^= static_cast<std::uint8_t>(1u << (bit % 8));
}

}  // namespace

/// Promises blocks, and doesn't give them.
bool Byzantine::withhold(const To& to, const messages::PeerMessage& message) {
  const bool answers = std::holds_alternative<messages::FinalFrames>(message) ||
                       std::holds_alternative<messages::BlockFrame>(message);
  if (answers && !one_in(4)) {
    fired("answer");
    return true;
  }
  const auto* status = std::get_if<messages::PeerStatus>(&message);
  if (!status || one_in(2)) return false;
  fired("tip");
  post(to, messages::PeerStatus{status->tip + deps_.chance.between(1, 1'000)});
  return true;
}

SealSet Byzantine::forged_seals(SealSet seals, Height height, const Digest& digest) {
  auto& chance = deps_.chance;
  const auto mine = [&](Round round) { return signed_by_me(Commit{height, round, digest}).signature; };
  const auto count = seals.signatures.size();
  switch (count == 0 ? 0 : chance.below(7)) {
    case 0:  // of a round in which nobody gave them
      seals.round.value += 1;
      break;
    case 1: {  // too few
      for (std::size_t seat = 0; seat < seals.signers.size(); ++seat) {
        if (!seals.signers[seat] || seals.signatures.size() < quorum(deps_.validators.size())) continue;
        seals.signers[seat] = false;
        seals.signatures.erase(seals.signatures.begin());
      }
      break;
    }
    case 2:  // of two rounds
      seals.signatures[chance.below(count)] = mine(next(seals.round));
      break;
    case 3:  // one for everybody
      for (auto& signature : seals.signatures) signature = mine(seals.round);
      break;
    case 4:
      flip_bit(seals.signatures[chance.below(count)], chance.below(512));
      break;
    case 5:  // each under another's name
      std::ranges::rotate(seals.signatures, seals.signatures.begin() + 1);
      break;
    default:  // more seats than the set has
      seals.signers.push_back(true);
      seals.signatures.push_back(mine(seals.round));
      break;
  }
  return seals;
}

bool Byzantine::bad_seals(const To& to, const Message& message) {
  if (const auto* proposal = std::get_if<Signed<Proposal>>(&message)) {
    const auto& body = proposal->body;
    if (body.height < Height{2} || one_in(2)) return false;
    fired("header");
    const auto spoil = [&](Header& header) {
      const Height parent{body.height.value - 1};
      header.parent_seals = forged_seals(std::move(header.parent_seals), parent, header.parent);
    };
    say(to, Proposal{body.height, body.round, changed(*body.block, spoil), body.justification});
    return true;
  }
  const auto* commit = std::get_if<Signed<Commit>>(&message);
  if (!commit || one_in(3)) return false;
  const auto& body = commit->body;
  const auto proposal = std::ranges::find_if(
      proposals_, [&](const auto& one) { return one.body.block->digest == body.digest; });
  if (proposal != proposals_.end() && one_in(2)) {
    push_final(*proposal->body.block, body.round);
    return false;
  }
  fired("commit");
  auto bad = *commit;
  if (one_in(2))
    flip_bit(bad.signature, deps_.chance.below(512));
  else
    bad.signature = signed_by_me(Prepare{body.height, body.round, body.digest}).signature;
  post(to, Message{bad});
  return true;
}

/// What was heard so far, of whichever round, as if it made the block final.
void Byzantine::push_final(const Block& block, Round round) {
  fired("pushed_final");
  SealSet seals{round, std::vector<bool>(deps_.validators.size()), {}};
  std::map<Address, Signature> heard;
  for (const auto& one : commits_)
    if (one.body.digest == block.digest) heard[one.signer] = one.signature;
  for (const auto& [signer, signature] : heard) {
    if (const auto seat = index_of(deps_.validators, signer)) seals.signers[*seat] = true;
    seals.signatures.push_back(signature);
  }
  const Decision decision{std::make_shared<const Block>(block),
                          forged_seals(std::move(seals), block.header.height, block.digest)};
  post(everyone(),
       messages::FinalFrames{{std::make_shared<const Bytes>(messages::encode_decision(decision))}});
}

bool Byzantine::bad_finals(const To& to, const messages::PeerMessage& message) {
  const auto* finals = std::get_if<messages::FinalFrames>(&message);
  if (!finals || finals->frames.empty() || one_in(4)) return false;
  auto spoilt = *finals;
  auto& frame = spoilt.frames[deps_.chance.below(spoilt.frames.size())];
  auto decision = messages::decode_decision(*frame);
  if (!decision) return false;
  fired("final");
  const auto& block = *decision->block;
  if (one_in(3))
    decision->block = changed(block, [](Header& header) { ++header.time.ms; });
  else
    decision->seals = forged_seals(std::move(decision->seals), block.header.height, block.digest);
  frame = std::make_shared<const Bytes>(messages::encode_decision(*decision));
  post(to, spoilt);
  return true;
}

}  // namespace mnrt::sims
