#include "policies/consensus/justification.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/policies/consensus/values.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

// The rows follow the rules of the EEA QBFT specification (isValidProposalJustification) and the cases that
// Hyperledger Besu tests in ProposalValidatorTest and RoundChangeMessageValidatorTest; those on stripped and
// lower claims are ours.
namespace {

using enum ProposalVerdict;
using Changes = std::vector<Signed<RoundChange>>;

constexpr std::uint64_t a = 1, b = 2;

/// Four validators, genesis as parent: seat r mod 4 leads round r.
ProposalVerdict judged(const Signed<Proposal>& proposal) {
  static const auto set = set_of(4);
  return judge(proposal, {.height = h1,
                          .chain_id = chain,
                          .parent = chain,
                          .parent_time = genesis_time,
                          .set = set,
                          .leader = seat(proposal.body.round.value % 4)});
}

Signed<Proposal> proposal(std::uint32_t round, std::shared_ptr<const Block> block,
                          Changes justification = {}) {
  return by(round % 4, Proposal{h1, Round{round}, std::move(block), std::move(justification)});
}

Signed<RoundChange> claims(std::size_t signer, std::uint32_t to, std::uint32_t prepared, std::uint64_t number,
                           const std::vector<std::size_t>& prepares = {0, 1, 2}) {
  return change(signer, Round{to}, certificate(Round{prepared}, digest(number), prepares));
}

Signed<RoundChange> none(std::size_t signer, std::uint32_t to) {
  return change(signer, Round{to});
}

}  // namespace

TEST_CASE("a proposal of round 0 needs no justification and may have none") {
  CHECK(judged(proposal(0, block_of(0, a))) == fresh);
  CHECK(judged(proposal(0, block_of(0, a), {none(0, 0), none(1, 0), none(2, 0)})) == justified_in_round_0);
  CHECK(judged(proposal(0, block_of(1, a))) == wrong_proposer);
}

TEST_CASE("a fresh block after round 0 needs a quorum of round changes that claim nothing") {
  struct Row {
    const char* why;
    Changes changes;
    ProposalVerdict verdict;
  };
  const Row rows[] = {
      {"a quorum", {none(0, 1), none(1, 1), none(2, 1)}, fresh},
      {"all of them", {none(0, 1), none(1, 1), none(2, 1), none(3, 1)}, fresh},
      {"none at all", {}, below_quorum},
      {"one too few", {none(0, 1), none(1, 1)}, below_quorum},
      {"a signer twice", {none(0, 1), none(1, 1), none(1, 1)}, signers_not_sorted},
      {"not in order", {none(1, 1), none(0, 1), none(2, 1)}, signers_not_sorted},
      {"a stranger", {none(0, 1), none(1, 1), none(8, 1)}, unknown_signer},
      {"another round", {none(0, 1), none(1, 1), none(2, 2)}, of_another_round},
      {"another height",
       {none(0, 1), none(1, 1), by(2, RoundChange{Height{2}, Round{1}, {}})},
       of_another_round},
  };
  for (auto& row : rows) {
    INFO(row.why);
    CHECK(judged(proposal(1, block_of(1, a), row.changes)) == row.verdict);
  }
  CHECK(judged(proposal(1, block_of(0, a), rows[0].changes)) == wrong_proposer);
}

TEST_CASE("one claim in the quorum makes its block the only one that may be proposed") {
  struct Row {
    const char* why;
    std::uint32_t round;
    std::uint64_t proposed;
    Changes changes;
    ProposalVerdict verdict;
  };
  const Row rows[] = {
      {"one claims it", 1, a, {none(0, 1), claims(1, 1, 0, a), none(2, 1)}, reproposed},
      {"all claim it", 1, a, {claims(0, 1, 0, a), claims(1, 1, 0, a), claims(2, 1, 0, a)}, reproposed},
      {"another block", 1, b, {none(0, 1), claims(1, 1, 0, a), none(2, 1)}, not_the_prepared_block},
      {"the highest of two", 3, b, {claims(0, 3, 0, a), claims(1, 3, 1, b), none(2, 3)}, reproposed},
      {"the lower of two",
       3,
       a,
       {claims(0, 3, 0, a), claims(1, 3, 1, b), none(2, 3)},
       not_the_prepared_block},
      {"prepares stripped", 1, a, {none(0, 1), claims(1, 1, 0, a, {}), none(2, 1)}, prepares_missing},
      {"stripped, falling back to a lower claim",
       3,
       a,
       {claims(0, 3, 0, a), claims(1, 3, 1, b, {}), none(2, 3)},
       prepares_missing},
      {"stripped, falling back to a fresh block",
       1,
       b,
       {none(0, 1), claims(1, 1, 0, a, {}), none(2, 1)},
       prepares_missing},
      {"one prepare too few", 1, a, {none(0, 1), claims(1, 1, 0, a, {0, 1}), none(2, 1)}, prepares_missing},
      {"a prepare twice", 1, a, {none(0, 1), claims(1, 1, 0, a, {0, 1, 1}), none(2, 1)}, prepares_missing},
      {"a stranger's prepare",
       1,
       a,
       {none(0, 1), claims(1, 1, 0, a, {0, 1, 8}), none(2, 1)},
       prepares_missing},
      {"another holds the prepares",
       1,
       a,
       {claims(0, 1, 0, a), claims(1, 1, 0, a, {}), none(2, 1)},
       reproposed},
      {"two digests in the highest round",
       2,
       a,
       {claims(0, 2, 1, a), claims(1, 2, 1, b), none(2, 2)},
       claims_differ},
      {"two digests in a lower round",
       3,
       a,
       {claims(0, 3, 2, a), claims(1, 3, 1, a), claims(2, 3, 1, b)},
       reproposed},
      {"claims the round itself", 1, a, {none(0, 1), claims(1, 1, 1, a), none(2, 1)}, claim_not_below},
      {"claims a later round", 1, a, {none(0, 1), claims(1, 1, 2, a), none(2, 1)}, claim_not_below},
  };
  for (auto& row : rows) {
    INFO(row.why);
    CHECK(judged(proposal(row.round, block_of(0, row.proposed), row.changes)) == row.verdict);
  }
}

TEST_CASE("a repeated block keeps its first proposer") {
  CHECK(judged(proposal(1, block_of(3, a), {none(0, 1), claims(1, 1, 0, a), none(2, 1)})) == reproposed);
}

TEST_CASE("prepares for another digest, round or height prove nothing") {
  auto with = [](Prepare odd) {
    auto made = certificate(Round{0}, digest(a), {0, 1, 2});
    made.prepares[1].body = odd;
    return judged(proposal(1, block_of(0, a), {none(0, 1), change(1, Round{1}, made), none(2, 1)}));
  };
  CHECK(with({h1, Round{0}, digest(a)}) == reproposed);
  CHECK(with({h1, Round{0}, digest(b)}) == prepares_missing);
  CHECK(with({h1, Round{1}, digest(a)}) == prepares_missing);
  CHECK(with({Height{2}, Round{0}, digest(a)}) == prepares_missing);
}

TEST_CASE("a block that doesn't follow the tip is refused by name, repeated or not") {
  auto with = [](std::function<void(Block&)> spoil) {
    auto block = *block_of(0, a);
    spoil(block);
    auto spoilt = std::make_shared<const Block>(block);
    auto repeated = proposal(1, spoilt, {none(0, 1), claims(1, 1, 0, a), none(2, 1)});
    auto verdict = judged(proposal(0, spoilt));
    CHECK((verdict == judged(repeated) || verdict == fresh));
    return verdict;
  };
  CHECK(with([](Block&) {}) == fresh);
  CHECK(with([](Block& block) { block.header.height = Height{2}; }) == wrong_height);
  CHECK(with([](Block& block) { block.header.chain_id = digest(7); }) == wrong_chain);
  CHECK(with([](Block& block) { block.header.parent = digest(7); }) == wrong_parent);
  CHECK(with([](Block& block) { block.header.time = genesis_time; }) == time_not_after_parent);
  CHECK(judged(proposal(0, nullptr)) == without_block);
  auto other_height = proposal(0, block_of(0, a));
  other_height.body.height = Height{2};
  CHECK(judged(other_height) == wrong_height);
}

TEST_CASE("only the round's leader may propose") {
  for (std::size_t signer = 0; signer < 4; ++signer) {
    auto from = proposal(0, block_of(signer, a));
    from.signer = seat(signer);
    CHECK(judged(from) == (signer == 0 ? fresh : not_the_leader));
  }
}

TEST_CASE("a round change is kept only if its claim is proved and lies below it") {
  const auto set = set_of(4);
  CHECK(is_supported(none(0, 1).body, set));
  CHECK_FALSE(is_supported(none(0, 0).body, set));
  CHECK(is_supported(claims(0, 1, 0, a).body, set));
  CHECK_FALSE(is_supported(claims(0, 1, 1, a).body, set));
  CHECK_FALSE(is_supported(claims(0, 1, 0, a, {0, 1}).body, set));
  CHECK_FALSE(is_supported(claims(0, 1, 0, a, {0, 1, 1}).body, set));
  CHECK_FALSE(is_supported(claims(0, 1, 0, a, {2, 1, 0}).body, set));
}

TEST_CASE("a leader repeats the highest certificate of those it holds") {
  CHECK_FALSE(highest_prepared(Changes{none(0, 3), none(1, 3)}));
  CHECK(highest_prepared(Changes{claims(0, 3, 0, a), claims(1, 3, 2, b), none(2, 3)})->digest == digest(b));
  CHECK(highest_prepared(Changes{claims(0, 3, 2, b), claims(1, 3, 0, a), none(2, 3)})->round == Round{2});
}

TEST_CASE(
    "a quorum that lacks the certificate is impossible once a quorum committed, for every choice of four") {
  // Three of four committed in round 0, so three hold the certificate. Whichever three round changes a leader
  // picks, one of them claims it: a fresh block can't be justified.
  for (std::size_t silent = 0; silent < 4; ++silent)
    for (std::size_t left_out = 0; left_out < 4; ++left_out) {
      Changes picked;
      for (std::size_t i = 0; i < 4; ++i)
        if (i != left_out) picked.push_back(i == silent ? none(i, 1) : claims(i, 1, 0, a));
      CHECK(judged(proposal(1, block_of(1, b), picked)) == not_the_prepared_block);
      CHECK(judged(proposal(1, block_of(0, a), picked)) == reproposed);
    }
}
