#include "messages/consensus_check.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "messages/consensus_codec.hpp"
#include "policies/consensus/evidence.hpp"

namespace mnrt::messages {
namespace {

using namespace policies;

/// All that must hold for one message. The same Prepare stands in many certificates: it is one claim.
class Claims {
 public:
  explicit Claims(const ConsensusMessage& message) {
    for (const auto& [signer, said] : heard_in(message)) {
      const auto body = signing_body(said.body);
      const auto [known, fresh] = seen_.try_emplace({domain_of(said.body), signer, said.signature}, body);
      // One signature over two bodies holds for one of them at most.
      if (!fresh && known->second != body) contradictory_ = true;
    }
  }

  std::size_t size() const { return seen_.size(); }

  /// Nothing where a signer has no seat.
  std::optional<std::vector<SignatureClaim>> against(const ValidatorSet& set) const {
    std::vector<SignatureClaim> claims;
    claims.reserve(seen_.size());
    if (contradictory_) return std::nullopt;
    for (const auto& [place, body] : seen_) {
      const auto& [domain, signer, signature] = place;
      const auto seat = index_of(set, signer);
      if (!seat) return std::nullopt;
      claims.push_back({domain, body, set[*seat].consensus_key, signature});
    }
    return claims;
  }

 private:
  std::map<std::tuple<Domain, Address, Signature>, Bytes> seen_;
  bool contradictory_{};
};

/// What a RoundChange carries is about what it claims. Only the Prepares' own signatures say so: what is
/// about something else is refused before they are checked, or old ones could be heaped up for others to
/// verify.
bool is_of_one_piece(const RoundChange& change) {
  const auto& claim = change.prepared;
  return !claim || (claim->round < change.round &&
                    std::ranges::all_of(
                        claim->prepares,
                        [&](const auto& prepare) {
                          return prepare.body == Prepare{change.height, claim->round, claim->digest};
                        }));
}
bool is_of_one_piece(const Proposal& proposal) {
  return std::ranges::all_of(proposal.justification, [&](const auto& change) {
    return change.body.height == proposal.height && change.body.round == proposal.round &&
           is_of_one_piece(change.body);
  });
}
bool is_of_one_piece(const Prepare&) {
  return true;
}
bool is_of_one_piece(const Commit&) {
  return true;
}

}  // namespace

std::optional<VerifiedConsensus> verify_consensus(std::shared_ptr<const ConsensusMessage> message,
                                                  const Digest& chain_id, const ValidatorSet& set) {
  if (!std::visit([](const auto& one) { return is_of_one_piece(one.body); }, *message)) return std::nullopt;
  const Claims claims{*message};
  const auto listed = claims.against(set);
  if (!listed) return std::nullopt;
  return verify_signed(std::move(message), chain_id, *listed);
}

std::optional<Verified<Heard>> verify_statement(const ConsensusMessage& message, const Digest& chain_id,
                                                const ValidatorSet& set) {
  const auto seat = index_of(set, signer_of(message));
  if (!seat) return std::nullopt;
  const auto said = statement_of(message);
  const auto body = signing_body(said.body);
  const SignatureClaim claim{domain_of(said.body), body, set[*seat].consensus_key, said.signature};
  return verify_signed(Heard{signer_of(message), said}, chain_id, {&claim, 1});
}

std::size_t signatures_in(const ConsensusMessage& message) {
  const auto* proposal = std::get_if<Signed<Proposal>>(&message);
  const auto* change = std::get_if<Signed<RoundChange>>(&message);
  const bool has_inner = proposal != nullptr ? !proposal->body.justification.empty()
                                             : change != nullptr && change->body.prepared.has_value();
  return has_inner ? Claims{message}.size() : 1;
}

}  // namespace mnrt::messages
