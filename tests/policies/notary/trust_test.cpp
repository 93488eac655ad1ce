#include "policies/notary/trust.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <set>

#include "policies/limits.hpp"
#include "tests/policies/notary/chain.hpp"

namespace mnrt::tests {
namespace {

using namespace policies;

TrustVerdict verdict_of(const Trust& trust, const std::optional<Digest>& root) {
  const auto result = establish(trust, root);
  return result ? TrustVerdict::established : result.error().verdict;
}

/// One seat hands over to four, and they to another four.
Chain grown_chain() {
  Chain chain{make_seats(1, "first")};
  chain.hand_over(make_seats(4, "second"), {0});
  chain.hand_over(make_seats(4, "third"), {0, 2, 3});
  return chain;
}

TEST_CASE("a genesis names the first set by itself") {
  const Chain chain{make_seats(1, "owner")};
  const auto trust = establish(chain.trust, chain.id()).value();
  CHECK(trust.chain_id == chain.id());
  CHECK(trust.set == set_of(chain.seats));
  CHECK(trust.since == Height{0});
}

TEST_CASE("hand-overs lead from the genesis to the last set") {
  const auto chain = grown_chain();
  const auto trust = establish(chain.trust, chain.id()).value();
  CHECK(trust.set == set_of(chain.seats));
  CHECK(trust.since == Height{2});
}

TEST_CASE("a pinned header stands in for the genesis") {
  auto chain = grown_chain();
  const auto& first = chain.trust.handovers.front();
  chain.trust.start = PinnedStart{.header = first.header,
                                  .digest = first.digest,
                                  .next_set = first.next_set,
                                  .next_set_digest = first.next_set_digest};
  chain.trust.handovers.erase(chain.trust.handovers.begin());
  const auto& start = std::get<PinnedStart>(chain.trust.start);
  const auto trust = establish(chain.trust, start.digest).value();
  CHECK(trust.chain_id == start.header.chain_id);
  CHECK(trust.set == set_of(chain.seats));

  auto swapped = chain.trust;
  std::get<PinnedStart>(swapped.start).next_set_digest.bytes[0] ^= 1;
  CHECK(verdict_of(swapped, start.digest) == TrustVerdict::set_differs);
}

TEST_CASE("without a root, or from another one, nothing is established") {
  const auto chain = grown_chain();
  CHECK(verdict_of(chain.trust, std::nullopt) == TrustVerdict::no_root);
  CHECK(verdict_of(chain.trust, Chain{make_seats(1, "other"), "other"}.id()) == TrustVerdict::other_root);
}

TEST_CASE("a hand-over counts with a quorum of the set in force and not one seal less") {
  Chain chain{make_seats(4, "four")};
  chain.hand_over(make_seats(4, "next"), {0, 3});
  CHECK(verdict_of(chain.trust, chain.id()) == TrustVerdict::too_few_seals);
  const auto four = make_seats(4, "four");
  seal(chain.trust.handovers[0], four, {0, 1, 3});
  CHECK(verdict_of(chain.trust, chain.id()) == TrustVerdict::established);
}

TEST_CASE("a hand-over that is changed anywhere breaks the trust by name") {
  const auto chain = grown_chain();
  const auto changed = [&](auto change) {
    auto trust = chain.trust;
    change(trust.handovers[1]);
    return verdict_of(trust, chain.id());
  };
  CHECK(changed([](Handover& h) { h.header.chain_id.bytes[0] ^= 1; }) == TrustVerdict::wrong_chain);
  CHECK(changed([](Handover& h) { h.header.height = {1}; }) == TrustVerdict::out_of_order);
  CHECK(changed([](Handover& h) { h.seals.signatures[0].bytes[5] ^= 1; }) == TrustVerdict::seal_bad);
  CHECK(changed([](Handover& h) { h.sealed_bytes[0] ^= 1; }) == TrustVerdict::seal_bad);
  CHECK(changed([](Handover& h) { h.seals.signers[1] = true; }) == TrustVerdict::seals_malformed);
  CHECK(changed([](Handover& h) { h.seals.signers.push_back(false); }) == TrustVerdict::seals_malformed);
  CHECK(changed([](Handover& h) { h.seals.signatures.pop_back(); }) == TrustVerdict::seals_malformed);
  CHECK(changed([](Handover& h) { h.header.next_validators.bytes[0] ^= 1; }) == TrustVerdict::set_differs);
  CHECK(changed([](Handover& h) { h.next_set_digest.bytes[0] ^= 1; }) == TrustVerdict::set_differs);
  CHECK(changed([](Handover& h) { h.next_set.clear(); }) == TrustVerdict::set_malformed);
  CHECK(changed([](Handover& h) { std::swap(h.next_set[0], h.next_set[1]); }) == TrustVerdict::set_malformed);
  CHECK(changed([](Handover& h) { h.next_set[0].cosigner_key = h.next_set[1].cosigner_key; }) ==
        TrustVerdict::set_malformed);
}

TEST_CASE("a hand-over sealed by another set, or left out, breaks the trust") {
  auto forged = grown_chain();
  seal(forged.trust.handovers[1], make_seats(4, "strangers"), {0, 1, 2, 3});
  CHECK(verdict_of(forged.trust, forged.id()) == TrustVerdict::seal_bad);
  auto shortened = grown_chain();
  shortened.trust.handovers.erase(shortened.trust.handovers.begin());
  CHECK(verdict_of(shortened.trust, shortened.id()) == TrustVerdict::seals_malformed);
  auto doubled = grown_chain();
  doubled.trust.handovers.push_back(doubled.trust.handovers[1]);
  CHECK(verdict_of(doubled.trust, doubled.id()) == TrustVerdict::out_of_order);
}

TEST_CASE("a set that is too large, or a trust that is too long, is refused") {
  const Chain crowded{make_seats(limits::validators_max + 1, "crowd")};
  CHECK(verdict_of(crowded.trust, crowded.id()) == TrustVerdict::set_malformed);
  auto endless = grown_chain();
  endless.trust.handovers.resize(limits::handovers_max + 1);
  CHECK(verdict_of(endless.trust, endless.id()) == TrustVerdict::too_long);
}

TEST_CASE("every refusal of a trust has a name of its own") {
  std::set<std::string_view> names;
  for (int verdict = 0; verdict <= static_cast<int>(TrustVerdict::too_long); ++verdict)
    CHECK(names.insert(name_of(TrustVerdict{static_cast<std::uint8_t>(verdict)})).second);
  CHECK_FALSE(names.contains(""));
}

TEST_CASE("a trust file holds its frame and nothing else") {
  CHECK(rc::check([](const Bytes& frame) {
    RC_PRE(!frame.empty());
    const auto text = trust_text(frame);
    RC_ASSERT(trust_frame(text).value() == frame);
  }));
  const Bytes frame(100, 7);
  const auto text = trust_text(frame);
  CHECK(text.starts_with("-----BEGIN MNRT TRUST V1-----\n"));
  CHECK(text.ends_with("\n-----END MNRT TRUST V1-----\n"));
  for (std::size_t size = 0; size < text.size(); ++size) CHECK_FALSE(trust_frame(text.substr(0, size)));
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto changed = text;
    changed[at] = '\r';
    CHECK_FALSE(trust_frame(changed));
  }
  CHECK_FALSE(trust_frame(text + "\n"));
  CHECK_FALSE(trust_frame(" " + text));
  CHECK_FALSE(trust_frame(std::string(limits::trust_bytes_max + 1, 'A')));
  CHECK_FALSE(trust_frame("-----BEGIN MNRT TRUST V1-----\nAA==\nAA==\n-----END MNRT TRUST V1-----\n"));
}

TEST_CASE("the policy for other tools asks for a log key and f + 1 cosigners") {
  const Chain chain{make_seats(4, "four")};
  const auto trust = establish(chain.trust, chain.id()).value();
  const auto policy = tlog_policy(trust);
  for (const auto& seat : chain.seats) {
    CHECK(policy.find("log " + to_vkey(log_key_of(chain.origin(), seat.validator)) + "\n") !=
          std::string::npos);
    CHECK(policy.find(" " + to_vkey(cosigner_key_of(chain.origin(), seat.validator)) + "\n") !=
          std::string::npos);
  }
  CHECK(policy.ends_with("group validators 2 seat-1 seat-2 seat-3 seat-4\nquorum validators\n"));
}

}  // namespace
}  // namespace mnrt::tests
