#include <bit>
#include <catch2/catch.hpp>
#include <map>

#include "policies/consensus/justification.hpp"
#include "policies/consensus/leader.hpp"
#include "tests/policies/consensus/values.hpp"

// The rules as others wrote them down and tested them, said anew in our types. Each table names its source.
// Where it says "ours", the protocol deviates on purpose, and what is tested is our rule.
//
// Sources, each read at the version named: the QBFT specification in Dafny
// (Consensys/qbft-formal-spec-and-verification, dafny/spec/L1, commit 1630128 of 2023), Hyperledger Besu
// 26.2.0 (commit e5e9ae2; tests of consensus/qbft-core and consensus/common), GoQuorum v24.4.1 (commit
// 8585ac9; tests of consensus/istanbul), ssvlabs/ssv-spec v1.2.2 (commit 8f5ddfc; qbft/spectest).
using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

using enum ProposalVerdict;
using Changes = std::vector<Signed<RoundChange>>;
using Signers = std::vector<std::size_t>;

constexpr std::uint64_t a = 1, b = 2;

ProposalVerdict judged(std::size_t n, std::uint32_t round, std::shared_ptr<const Block> block,
                       Changes justification) {
  const auto set = set_of(n);
  const auto leader = round % n;
  return judge(by(leader, Proposal{h1, Round{round}, std::move(block), std::move(justification)}),
               {.height = h1,
                .chain_id = chain,
                .parent = chain,
                .parent_time = genesis_time,
                .set = set,
                .leader = seat(leader)});
}

Signed<RoundChange> claims(std::size_t signer, std::uint32_t to, std::uint32_t prepared, std::uint64_t number,
                           const Signers& prepares) {
  return change(signer, Round{to}, certificate(Round{prepared}, digest(number), prepares));
}

Signers first(std::size_t count) {
  Signers signers;
  for (std::size_t i = 0; i < count; ++i) signers.push_back(i);
  return signers;
}

}  // namespace

TEST_CASE("quorums and faults tolerated are those that others compute and test") {
  struct Row {
    std::size_t n, quorum;
  };
  // Besu, BftHelpersTest.
  for (auto [n, q] : {Row{1, 1}, {2, 2}, {3, 2}, {4, 3}, {5, 4}, {7, 5}, {10, 7}, {15, 10}, {20, 14}})
    CHECK(quorum(n) == q);
  // The same test: the round changes to later rounds that make a validator leave its own, f + 1.
  for (auto [n, early] : {Row{4, 2}, {6, 2}, {7, 3}, {9, 3}, {10, 4}, {13, 5}, {15, 5}})
    CHECK(faulty_max(n) + 1 == early);
  // ssv-spec, committees of 3f + 1: a quorum, and the f + 1 that make a validator leave its round.
  struct Committee {
    std::size_t n, quorum, partial;
  };
  for (auto [n, q, partial] : {Committee{4, 3, 2}, {7, 5, 3}, {10, 7, 4}, {13, 9, 5}}) {
    CHECK(quorum(n) == q);
    CHECK(faulty_max(n) + 1 == partial);
  }
  CHECK(faulty_max(0) == 0);
  for (std::size_t n = 1; n <= 1'000; ++n) {
    // The Dafny specification writes it so.
    CHECK(quorum(n) == (2 * n - 1) / 3 + 1);
    CHECK(faulty_max(n) == (n - 1) / 3);
    // GoQuorum, TestQuorumSize (ibft/core/core_test.go): more than half of n + f, by as little as can be.
    CHECK(2 * quorum(n) > n + faulty_max(n));
    CHECK(2 * quorum(n) <= n + faulty_max(n) + 2);
  }
  // Ours: never 2f + 1, which GoQuorum still offers. Of six validators it would be three: two quorums that
  // share nobody.
  CHECK(2 * faulty_max(6) + 1 == 3);
  CHECK(quorum(6) == 4);
}

TEST_CASE("any two quorums share an honest validator, for every pair and every choice of faulty ones") {
  // The Dafny proof's lemma on the intersection of quorums, tried out.
  for (unsigned n = 1; n <= 7; ++n)
    for (unsigned faulty = 0; faulty < 1u << n; ++faulty) {
      if (static_cast<std::size_t>(std::popcount(faulty)) > faulty_max(n)) continue;
      bool always = true;
      for (unsigned one = 0; one < 1u << n; ++one)
        for (unsigned two = 0; two < 1u << n; ++two) {
          const bool both = static_cast<std::size_t>(std::popcount(one)) >= quorum(n) &&
                            static_cast<std::size_t>(std::popcount(two)) >= quorum(n);
          always = always && (!both || (one & two & ~faulty) != 0);
        }
      CHECK(always);
    }
}

namespace {

/// What one of four validators says in the justification of a proposal.
struct Said {
  bool anything{};
  std::optional<std::uint32_t> prepared;  ///< the round claimed; nothing: nothing prepared
  std::uint64_t number{};
  std::size_t prepares{};
};

/// isProposalJustification of the specification for rounds above 0, written from its text and not from ours.
/// The specification hands the Prepares over beside the RoundChanges; here they are those of any RoundChange
/// that claims the same.
bool specified(const std::vector<Said>& said, std::uint32_t round, std::uint64_t proposed,
               bool proposed_by_leader) {
  const std::size_t needed = (2 * said.size() - 1) / 3 + 1;
  std::size_t senders = 0;
  bool nothing_prepared = true;
  std::optional<std::uint32_t> highest;
  for (auto& one : said) {
    if (!one.anything) continue;
    ++senders;
    if (!one.prepared) continue;
    if (*one.prepared >= round) return false;
    nothing_prepared = false;
    if (!highest || *one.prepared > *highest) highest = one.prepared;
  }
  if (senders < needed) return false;
  if (nothing_prepared) return proposed_by_leader;
  for (auto& one : said)
    if (one.anything && one.prepared == highest && one.number == proposed && one.prepares >= needed)
      return true;
  return false;
}

/// Ours is stricter in one case: two claims of the highest round for different blocks.
bool claims_differ_at_the_top(const std::vector<Said>& said) {
  std::optional<std::uint32_t> highest;
  for (auto& one : said)
    if (one.anything && one.prepared && (!highest || *one.prepared > *highest)) highest = one.prepared;
  std::map<std::uint64_t, int> blocks;
  for (auto& one : said)
    if (one.anything && one.prepared && one.prepared == highest) blocks[one.number] = 1;
  return blocks.size() > 1;
}

}  // namespace

TEST_CASE("a proposal is justified exactly when the specification says so, for all that four may claim") {
  constexpr std::uint32_t round = 2;
  std::vector<Said> choices{{}, {.anything = true, .prepared = {}, .number = 0, .prepares = 0}};
  for (std::uint32_t prepared = 0; prepared <= round; ++prepared)
    for (auto number : {a, b})
      for (std::size_t prepares : {2, 3})
        choices.push_back({.anything = true, .prepared = prepared, .number = number, .prepares = prepares});

  std::size_t justified = 0, refused = 0, wrong = 0;
  std::vector<std::size_t> picks(4);
  for (bool more = true; more;) {
    std::vector<Said> said;
    Changes changes;
    for (std::size_t i = 0; i < picks.size(); ++i) {
      auto& one = said.emplace_back(choices[picks[i]]);
      if (!one.anything) continue;
      changes.push_back(one.prepared ? claims(i, round, *one.prepared, one.number, first(one.prepares))
                                     : change(i, Round{round}));
    }
    for (auto proposed : {a, b})
      for (std::size_t proposer : {2, 0}) {
        auto verdict = judged(4, round, block_of(proposer, proposed), changes);
        auto ours = verdict == fresh || verdict == reproposed;
        auto theirs = specified(said, round, proposed, proposer == 2) && !claims_differ_at_the_top(said);
        wrong += ours != theirs;
        ++(ours ? justified : refused);
      }
    more = false;
    for (auto& pick : picks) {
      if (++pick < choices.size()) {
        more = true;
        break;
      }
      pick = 0;
    }
  }
  CHECK(wrong == 0);
  CHECK(justified > 1'000);
  CHECK(refused > 1'000);
}

TEST_CASE("proposals that Besu's validator accepts and refuses") {
  // Besu, ProposalValidatorTest: four validators, the first leads. Fifteen of its nineteen cases, and a
  // re-proposal that passes. There Prepares stand beside the RoundChanges, so two can't be said here:
  // Prepares in round 0, and Prepares that no RoundChange claims. An invalid block is the executor's to
  // refuse. Ours: where Besu writes round and proposer into a re-proposed block, its header stays byte for
  // byte.
  const auto stands = [](std::size_t i, const Signers& prepares, std::uint64_t number = a) {
    return claims(i, 4, 0, number, prepares);
  };
  const auto none = [](std::size_t i, std::uint32_t to = 4) { return change(i, Round{to}); };
  auto other_digest = certificate(Round{0}, digest(a), {0, 1, 2});
  for (auto& prepare : other_digest.prepares) prepare.body.digest = digest(b);
  auto other_round = certificate(Round{0}, digest(a), {0, 1, 2});
  for (auto& prepare : other_round.prepares) prepare.body.round = Round{1};
  struct Row {
    const char* why;
    std::uint32_t round;
    Changes changes;
    ProposalVerdict verdict;
  };
  const Row rows[] = {
      {"round 0, nothing with it", 0, {}, fresh},
      {"round 0 with a round change", 0, {none(1, 0)}, justified_in_round_0},
      {"three empty round changes", 4, {none(0), none(1), none(2)}, fresh},
      {"two round changes", 4, {none(0), none(1)}, below_quorum},
      {"one of a stranger", 4, {none(0), none(1), none(9)}, unknown_signer},
      {"one author twice", 4, {none(0), none(1), none(1)}, signers_not_sorted},
      {"for another round", 4, {none(0, 5), none(1, 5), none(2, 5)}, of_another_round},
      {"for another height",
       4,
       {none(0), none(1), by(2, RoundChange{Height{2}, Round{4}, {}})},
       of_another_round},
      {"another digest is prepared", 4, {none(0), none(1), stands(2, {0, 1, 2}, b)}, not_the_prepared_block},
      {"prepared", 4, {none(0), none(1), stands(2, {0, 1, 2})}, reproposed},
      {"a stranger's prepare", 4, {none(0), none(1), stands(2, {0, 1, 9})}, prepares_missing},
      {"one preparer twice", 4, {none(0), none(1), stands(2, {0, 1, 1})}, prepares_missing},
      {"two prepares", 4, {none(0), none(1), stands(2, {0, 1})}, prepares_missing},
      {"prepares of another round",
       4,
       {none(0), none(1), change(2, Round{4}, other_round)},
       prepares_missing},
      {"prepares of another block",
       4,
       {none(0), none(1), change(2, Round{4}, other_digest)},
       prepares_missing},
      {"two blocks in one round",
       4,
       {none(0), none(1), stands(2, {0, 1, 2}), stands(3, {0, 1, 2}, b)},
       claims_differ},
  };
  for (auto& row : rows) {
    INFO(row.why);
    CHECK(judged(4, row.round, block_of(0, a), row.changes) == row.verdict);
  }
}

TEST_CASE("round changes that Besu's validators accept and refuse") {
  // Besu, RoundChangeMessageValidatorTest and RoundChangePayloadValidatorTest: four validators. Ours: the
  // message carries no block, so its cases on a bad block, and on a block that isn't the prepared one, are
  // cases of the fetch by digest; and the digest holds no round, so Prepares of a later round for the same
  // block fit. A stranger's, and one of another height, are the core's to leave out.
  const auto set = set_of(4);
  const auto held = [](Round prepared, const Signers& signers) {
    return certificate(prepared, digest(a), signers);
  };
  auto of_height_2 = held(Round{2}, {0, 1, 2});
  for (auto& prepare : of_height_2.prepares) prepare.body.height = Height{2};
  auto claims_less = held(Round{2}, {0, 1, 2});
  claims_less.round = Round{1};
  auto one_of_round_1 = held(Round{2}, {0, 1, 2});
  one_of_round_1.prepares[0].body.round = Round{1};
  struct Row {
    const char* why;
    std::uint32_t to;
    std::optional<PreparedCertificate> prepared;
    bool kept;
  };
  const Row rows[] = {
      {"nothing prepared", 3, {}, true},
      {"prepared by all", 3, held(Round{2}, {0, 1, 2, 3}), true},
      {"prepared by a quorum", 3, held(Round{2}, {0, 1, 2}), true},
      {"by two", 3, held(Round{2}, {0, 1}), false},
      {"by nobody", 3, held(Round{2}, {}), false},
      {"by a stranger", 3, held(Round{2}, {0, 1, 9}), false},
      {"by one twice", 3, held(Round{2}, {0, 1, 1}), false},
      {"claims an earlier round than its prepares", 3, claims_less, false},
      {"one prepare of an earlier round", 3, one_of_round_1, false},
      {"prepares of another height", 3, of_height_2, false},
      {"prepared in the round it asks for", 1, held(Round{1}, {0, 1, 2}), false},
      {"prepared in a later round", 1, held(Round{2}, {0, 1, 2}), false},
      {"to round 0", 0, {}, false},
      {"to round 0, prepared there", 0, held(Round{0}, {0, 1, 2}), false},
  };
  for (auto& row : rows) {
    INFO(row.why);
    CHECK(is_supported(RoundChange{h1, Round{row.to}, row.prepared}, set) == row.kept);
  }
}

TEST_CASE("justifications in the mixtures that GoQuorum tries") {
  // GoQuorum, qbft/core/justification_test.go: the proposal is for round 10; some RoundChanges claim nothing,
  // some the block in round 5, some the block in a lower round; Prepares are of round 5 or of others.
  const std::map<std::size_t, std::size_t> seats{{3, 4},  {4, 5},  {5, 7},  {6, 8},
                                                 {7, 10}, {8, 11}, {9, 13}, {10, 14}};
  std::size_t tried = 0;
  for (auto [q, n] : seats) {
    REQUIRE(quorum(n) == q);
    const auto verdict_of = [n = n, &tried](std::size_t nothing, std::size_t equal, std::size_t lower,
                                            std::size_t fitting, std::size_t odd) {
      auto proof = certificate(Round{5}, digest(a), first(fitting + odd));
      for (auto i = fitting; i < fitting + odd; ++i)
        proof.prepares[i].body.round = Round{static_cast<std::uint32_t>(6 + i)};
      Changes changes;
      for (std::size_t i = 0; i < nothing + equal + lower; ++i) {
        if (i < nothing)
          changes.push_back(change(i, Round{10}));
        else if (i < nothing + equal)
          changes.push_back(change(i, Round{10}, proof));
        else
          changes.push_back(claims(i, 10, static_cast<std::uint32_t>(1 + i % 4), a, first(quorum(n))));
      }
      ++tried;
      return judged(n, 10, block_of(10 % n, a), changes);
    };
    bool right = true;
    for (std::size_t total = 0; total <= q; ++total)
      for (std::size_t equal = 0; equal <= total; ++equal)
        for (std::size_t lower = 0; equal + lower <= total; ++lower) {
          if (equal == 0 && lower > 0) continue;
          const auto nothing = total - equal - lower;
          const auto full = verdict_of(nothing, equal, lower, q, 0);
          right = right && full == (total < q ? below_quorum : equal == 0 ? fresh : reproposed);
          if (total < q || equal == 0) continue;
          for (std::size_t fitting = 0; fitting < q; ++fitting) {
            right = right && verdict_of(nothing, equal, lower, fitting, 0) == prepares_missing;
            right = right && verdict_of(nothing, equal, lower, fitting, q - fitting) == prepares_missing;
          }
        }
    INFO("quorum " << q);
    CHECK(right);
  }
  CHECK(tried > 1'000);
  // Ours, and the specification's: GoQuorum takes the block in round 5 with a quorum at or below it and looks
  // past a RoundChange that claims more. Here the highest claim of all decides, proved or not.
  const Changes hidden{change(0, Round{10}), claims(1, 10, 5, a, {0, 1, 2}), change(2, Round{10}),
                       claims(3, 10, 6, b, {})};
  CHECK(judged(4, 10, block_of(2, a), hidden) == prepares_missing);
}

TEST_CASE("proposals that ssv's specification tests accept and refuse") {
  // ssv-spec, qbft/spectest/tests/proposal: four operators, round 10 where the claims differ in height of
  // round. Duplicates that still leave a quorum pass there; ours: a signer stands in a justification once.
  const auto with = [](Changes changes, std::uint64_t proposed = a) {
    return judged(4, 10, block_of(2, proposed), std::move(changes));
  };
  const auto none = [](std::size_t i) { return change(i, Round{10}); };
  const Signers three{0, 1, 2};
  // different_justifications, justification_not_highest
  const Changes mixed{claims(0, 10, 1, b, three), claims(1, 10, 2, a, three), none(2)};
  CHECK(with(mixed, a) == reproposed);
  CHECK(with(mixed, b) == not_the_prepared_block);
  // duplicate_rc_msg, and the variants in which the others are a quorum
  CHECK(with({none(0), none(1), none(1)}) == signers_not_sorted);
  CHECK(with({none(0), none(1), none(1), none(2)}) == signers_not_sorted);
  CHECK(with({none(0), none(1), claims(2, 10, 1, a, {0, 1, 1, 2})}) == prepares_missing);
  // prepared_previously_justification without a quorum of either
  CHECK(with({none(0), claims(1, 10, 1, a, three)}) == below_quorum);
  CHECK(with({none(0), none(1), claims(2, 10, 1, a, {0, 1})}) == prepares_missing);
  // no_rc_justification, not_prepared_previously_justification
  CHECK(with({}) == below_quorum);
  CHECK(with({none(0), none(1), none(2)}) == fresh);
  // The Prepares may come with a claim of another signer than the one whose claim was first.
  CHECK(with({claims(0, 10, 1, a, {}), claims(1, 10, 1, a, three), none(3)}) == reproposed);
}

TEST_CASE("the leader after a parent is the one that Besu selects in turn") {
  // Besu, ProposerSelectorTest with round robin: `lower` and `higher` seats around the parent's proposer, who
  // may have left. Ours: Besu also offers a leader that stays; the Dafny text leaves it open who follows one
  // that left.
  struct Row {
    const char* why;
    std::size_t lower, higher;
    bool left;
    std::size_t next;
  };
  const Row rows[] = {
      {"the lowest led", 0, 4, false, 1},
      {"the highest led", 4, 0, false, 0},
      {"one in the middle led and left", 2, 2, true, 2},
      {"the highest led and left", 4, 0, true, 0},
      {"the lowest led and left", 0, 4, true, 0},
  };
  for (auto& row : rows) {
    INFO(row.why);
    auto set = set_of(row.lower + 1 + row.higher);
    if (row.left) set.erase(set.begin() + static_cast<std::ptrdiff_t>(row.lower));
    const auto proposer = seat(row.lower);
    for (std::uint32_t round = 0; round < 9; ++round)
      CHECK(leader_of(set, Height{2}, proposer, Round{round}) ==
            set[(row.next + round) % set.size()].address);
  }
}
