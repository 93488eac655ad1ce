#include "sims/byzantine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "actors/own_account.hpp"
#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/crypto/vrf.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {

using namespace policies;

namespace {

constexpr std::size_t remembered_max = 128;
constexpr std::uint64_t heights_remembered = 64;

template <class T>
void keep(std::deque<T>& kept, T one) {
  if (kept.size() == remembered_max) kept.pop_front();
  kept.push_back(std::move(one));
}

template <class Map>
void forget_below(Map& map, Height height) {
  while (!map.empty() && map.begin()->first.first + heights_remembered < height) map.erase(map.begin());
}

}  // namespace

bool Conspiracy::is_other_half(Height height, const Address& address) {
  if (std::ranges::find(members_, address) != members_.end()) return false;
  forget_below(halves_, height);
  const auto [known, fresh] = halves_.try_emplace({height, address});
  if (fresh) known->second = chance_.below(2) == 0;
  return known->second;
}

std::shared_ptr<const Block> Conspiracy::other(Height height, const Digest& digest) const {
  const auto known = others_.find({height, digest});
  return known == others_.end() ? nullptr : known->second;
}

void Conspiracy::set_other(const Block& shown, std::shared_ptr<const Block> other) {
  forget_below(others_, shown.header.height);
  others_[{shown.header.height, shown.digest}] = std::move(other);
}

Byzantine::Byzantine(ByzantineDeps deps, Strategy strategy)
    : deps_(std::move(deps)),
      strategy_(strategy),
      signer_(signer_of_node(deps_.identity)),
      self_(actors::own_address(signer_, actors::KeyRole::consensus)) {
  deps_.network.intercept(deps_.node, *this);
}

void Byzantine::sends(const To& to, const Frame& frame) {
  const auto envelope = messages::decode_peer(*frame);
  if (!envelope) return post(to, frame);
  if (const auto* mail = std::get_if<messages::ConsensusFrame>(&*envelope)) {
    const auto message = messages::decode_consensus(*mail->frame);
    if (!message) return post(to, frame);
    remember(*message, frame);
    return dispatch(to, *message, frame);
  }
  // Liars tell on nobody.
  if (std::holds_alternative<messages::HeardStatements>(*envelope)) return;
  if (strategy_ == Strategy::bad_seals && bad_finals(to, *envelope)) return;
  if (strategy_ == Strategy::withhold && withhold(to, *envelope)) return;
  if (strategy_ == Strategy::mutate && one_in(8)) {
    fired("frame");
    auto bytes = *frame;
    bytes[deps_.chance.below(bytes.size())] ^= static_cast<std::uint8_t>(1u << deps_.chance.below(8));
    return post(to, std::make_shared<const Bytes>(std::move(bytes)));
  }
  post(to, frame);
}

/// What it said elsewhere would silence its own node: an honest program with that key signs no more.
bool Byzantine::hears(const Address&, const Frame& frame) {
  const auto envelope = messages::decode_peer(*frame);
  if (!envelope) return true;
  if (std::holds_alternative<messages::HeardStatements>(*envelope)) return false;
  const auto* mail = std::get_if<messages::ConsensusFrame>(&*envelope);
  if (!mail) return true;
  const auto message = messages::decode_consensus(*mail->frame);
  if (!message) return true;
  remember(*message, frame);
  return policies::signer_of(*message) != self_;
}

void Byzantine::dispatch(const To& to, const Message& message, const Frame& frame) {
  if (!lie(to, message)) post(to, frame);
}

bool Byzantine::lie(const To& to, const Message& message) {
  switch (strategy_) {
    case Strategy::equivocate:
      return equivocate(to, message);
    case Strategy::withhold:
      return withhold(to, message);
    case Strategy::replay:
      return replay();
    case Strategy::delay:
      return delay(to, message);
    case Strategy::conflict:
      return conflict(to, message);
    case Strategy::forge_round_change:
      return forge_round_change(to, message);
    case Strategy::hide_certificate:
      return hide_certificate(to, message);
    case Strategy::bad_seals:
      return bad_seals(to, message);
    case Strategy::forge_justification:
      return forge_justification(to, message);
    case Strategy::wrong_time:
      return wrong_time(to, message);
    case Strategy::silent_leader:
      return silent(message);
    case Strategy::mutate:
      return mutate(to, message);
    case Strategy::twins:
      return split(to, message);
  }
  return false;
}

void Byzantine::remember(const Message& message, const Frame& frame) {
  keep(old_frames_, frame);
  struct {
    Byzantine& self;
    void operator()(const Signed<Prepare>& one) { keep(self.prepares_, one); }
    void operator()(const Signed<Commit>& one) { keep(self.commits_, one); }
    void operator()(const Signed<RoundChange>& one) { keep(self.round_changes_, one); }
    void operator()(const Signed<Proposal>& one) { keep(self.proposals_, one); }
  } into{*this};
  std::visit(into, message);
}

void Byzantine::post(const To& to, const Frame& frame, std::uint64_t after_us) {
  for (const auto& address : to) deps_.network.post(deps_.node, address, frame, after_us);
}

void Byzantine::post(const To& to, const messages::PeerMessage& message) {
  if (!to.empty()) post(to, std::make_shared<const Bytes>(messages::encode_peer(message)));
}

void Byzantine::post(const To& to, const Message& message, std::uint64_t after_us) {
  if (to.empty()) return;
  const messages::ConsensusFrame mail{std::make_shared<const Bytes>(messages::encode_consensus(message))};
  post(to, std::make_shared<const Bytes>(messages::encode_peer(mail)), after_us);
}

template <class Body>
Signed<Body> Byzantine::signed_by_me(Body body) const {
  const auto bytes = messages::signing_bytes_of(deps_.chain_id, body);
  return {std::move(body), self_, signer_.sign(actors::KeyRole::consensus, bytes)};
}
template Signed<Proposal> Byzantine::signed_by_me(Proposal) const;
template Signed<Prepare> Byzantine::signed_by_me(Prepare) const;
template Signed<Commit> Byzantine::signed_by_me(Commit) const;
template Signed<RoundChange> Byzantine::signed_by_me(RoundChange) const;

void Byzantine::fired(std::string_view what) {
  ++deps_.faults[fmt::format("byzantine_{}", name_of(strategy_))];
  if (!what.empty()) ++deps_.faults[fmt::format("byzantine_{}_{}", name_of(strategy_), what)];
}

Digest Byzantine::any_digest() {
  const auto number = std::to_string(deps_.chance.below(~std::uint64_t{}));
  return blake3({reinterpret_cast<const std::uint8_t*>(number.data()), number.size()});
}

Byzantine::To Byzantine::some(const To& to) {
  To chosen;
  for (const auto& address : to)
    if (one_in(2)) chosen.push_back(address);
  return chosen;
}

Byzantine::To Byzantine::everyone() const {
  To all;
  for (const auto& validator : deps_.validators)
    if (validator.address != self_) all.push_back(validator.address);
  return all;
}

std::pair<Byzantine::To, Byzantine::To> Byzantine::halves(Height height, const To& to) {
  std::pair<To, To> both;
  for (const auto& address : to)
    (deps_.conspiracy.is_other_half(height, address) ? both.second : both.first).push_back(address);
  return both;
}

std::shared_ptr<const Block> Byzantine::changed(const Block& block,
                                                const std::function<void(Header&)>& change) const {
  auto copy = std::make_shared<Block>(block);
  change(copy->header);
  copy->digest = messages::digest_of(copy->header);
  return copy;
}

/// The same block as if this node had made it, some time later; its randomness too, where the parent is
/// known.
std::shared_ptr<const Block> Byzantine::as_mine(const Block& block, std::int64_t later_ms) const {
  const auto parent = std::ranges::find_if(
      proposals_, [&](const auto& one) { return one.body.block->digest == block.header.parent; });
  return changed(block, [&](Header& header) {
    header.time.ms += later_ms;
    if (header.proposer == self_) return;
    header.proposer = self_;
    if (parent == proposals_.end()) return;
    Bytes input;
    for (int shift = 56; shift >= 0; shift -= 8)
      input.push_back(static_cast<std::uint8_t>(header.height.value >> shift));
    const auto& beta = parent->body.block->header.beta;
    input.insert(input.end(), beta.begin(), beta.end());
    header.beta_proof = signer_.prove(domain_hash(Domain::beta, deps_.chain_id, input).bytes);
    if (const auto output = vrf_output(header.beta_proof)) header.beta.assign(output->begin(), output->end());
  });
}

std::vector<Signed<RoundChange>> Byzantine::heard_changes(Height height, Round round) const {
  std::map<Address, Signed<RoundChange>> found;
  for (const auto& one : round_changes_)
    if (one.body.height == height && one.body.round == round) found.insert_or_assign(one.signer, one);
  std::vector<Signed<RoundChange>> sorted;
  for (auto& [signer, one] : found) sorted.push_back(std::move(one));
  return sorted;
}

}  // namespace mnrt::sims
