#include "actors/chain.hpp"

#include <catch2/catch.hpp>
#include <vector>

#include "actors/block_rows.hpp"
#include "actors/memory_store.hpp"
#include "actors/new_chain.hpp"
#include "actors/own_account.hpp"
#include "actors/replay.hpp"
#include "actors/seeded_signer.hpp"
#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"

using namespace mnrt;
using actors::KeyRole;
using policies::Block;
using policies::SealSet;

namespace {

constexpr std::int64_t genesis_ms = 1'795'253'400'000;

/// A chain of several seats, held by one node that proposes and one that only checks.
class Seats {
 public:
  explicit Seats(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) signers_.emplace_back("seat " + std::to_string(i));
    const auto owner = policies::single_key(actors::key_from_text("owner").public_key());
    auto genesis =
        actors::make_genesis({}, signers_.front(), {.owner = owner, .time = {genesis_ms}, .accounts = {}});
    for (std::size_t i = 1; i < count; ++i)
      genesis.validators.push_back(
          actors::seat_of(signers_[i], actors::own_address(signers_[i], KeyRole::account)));
    std::ranges::sort(genesis.validators, {}, &policies::Validator::address);
    for (auto* store : {&proposing_store_, &checking_store_})
      store->append(actors::genesis_rows(genesis), [](auto) {});
    reopen();
  }

  void reopen() {
    proposing_ = open(proposing_store_);
    checking_ = open(checking_store_);
  }
  const policies::ChainTip& tip() const { return checking_->tip(); }

  /// A block as an honest proposer makes it, with other parent seals or another time where given.
  struct Changed {
    std::optional<SealSet> parent_seals{};
    std::int64_t ms{5'000};
  };
  std::shared_ptr<const Block> build(const Changed& changed) {
    const auto& signer = signers_.front();
    return proposing_
        ->build({.height = next(tip().height),
                 .round = {},
                 .time = {tip().time.ms + changed.ms},
                 .parent_seals = changed.parent_seals.value_or(proposing_->tip().seals)},
                policies::Pool{}, actors::own_address(signer, KeyRole::consensus), signer)
        .block;
  }
  std::shared_ptr<const Block> build() { return build(Changed{}); }

  std::string check(const std::shared_ptr<const Block>& block) {
    return checking_->check(block, policies::Pool{});
  }
  std::string check_with(SealSet seals) { return check(build(Changed{.parent_seals = std::move(seals)})); }

  /// Seals of the given seats, in the order of the signers; `over` may be another block than the tip.
  SealSet seals(const std::vector<std::size_t>& of, policies::Round round, policies::Height height,
                const policies::Digest& over) const {
    SealSet made{.round = round, .signers = {}, .signatures = {}};
    const auto message =
        messages::signing_bytes_of(checking_->chain_id(), policies::Commit{height, round, over});
    for (const auto& seat : tip().validators) {
      const auto sealer = std::ranges::find_if(
          of, [&](auto i) { return signers_[i].public_key(KeyRole::consensus) == seat.consensus_key; });
      made.signers.push_back(sealer != of.end());
      if (sealer != of.end()) made.signatures.push_back(signers_[*sealer].sign(KeyRole::consensus, message));
    }
    return made;
  }
  SealSet seals_of_tip(const std::vector<std::size_t>& of, policies::Round round = {}) const {
    return seals(of, round, tip().height, tip().digest);
  }

  /// Final on both, with seals of these seats.
  void commit(const std::vector<std::size_t>& sealed_by) {
    const auto block = build();
    REQUIRE(check(block).empty());
    const auto made = seals(sealed_by, {}, block->header.height, block->digest);
    for (auto* one : {proposing_.get(), checking_.get()}) {
      auto commit = one->commit({block, made});
      auto& store = one == proposing_.get() ? proposing_store_ : checking_store_;
      store.append(std::exchange(commit.rows, {}), [](auto) {});
      one->advance(commit);
    }
  }

  /// On the disk of the proposing one, whatever it is: as a program without these rules would have stored it.
  void store_unchecked(const Changed& changed) {
    const auto block = build(changed);
    auto commit = proposing_->commit({block, seals({0}, {}, block->header.height, block->digest)});
    proposing_store_.append(std::exchange(commit.rows, {}), [](auto) {});
  }
  std::string replayed() const {
    const auto done = actors::replay(proposing_store_);
    return done ? "" : done.error().text;
  }

 private:
  static std::unique_ptr<actors::Chain> open(const actors::MemoryStore& store) {
    auto opened = actors::Chain::open(store, {.state_cache_bytes = 1 << 20});
    REQUIRE(opened);
    return std::move(*opened);
  }
  std::vector<actors::SeededSigner> signers_;
  actors::MemoryStore proposing_store_;
  actors::MemoryStore checking_store_;
  std::unique_ptr<actors::Chain> proposing_;
  std::unique_ptr<actors::Chain> checking_;
};

}  // namespace

TEST_CASE("an honest block passes, from the first on, also after a start", "[chain]") {
  Seats lone{1};
  for (int i = 0; i < 3; ++i) lone.commit({0});
  lone.reopen();
  lone.commit({0});
  CHECK(lone.tip().height.value == 4);
  Seats four{4};
  four.commit({0, 1, 2});
  four.reopen();
  four.commit({1, 2, 3});
  CHECK(four.tip().height.value == 2);
}

TEST_CASE("a quorum sealed the parent, else the block is refused", "[chain]") {
  Seats four{4};
  four.commit({0, 1, 2});
  // The same block's seals, but others than the checking node holds, and of a later round.
  CHECK(four.check_with(four.seals_of_tip({1, 2, 3})).empty());
  CHECK(four.check_with(four.seals_of_tip({0, 1, 2, 3})).empty());
  CHECK(four.check_with(four.seals_of_tip({0, 1, 3}, {2})).empty());

  const std::string wrong = "parent_seals_wrong";
  CHECK(four.check_with({}) == wrong);
  CHECK(four.check_with(four.seals_of_tip({0, 1})) == wrong);
  SECTION("seals of two rounds don't add up") {
    auto mixed = four.seals_of_tip({0, 1, 2});
    mixed.signatures[0] = four.seals_of_tip({0, 1, 2}, {1}).signatures[0];
    CHECK(four.check_with(mixed) == wrong);
    auto claimed = four.seals_of_tip({0, 1, 2});
    claimed.round = {1};
    CHECK(four.check_with(claimed) == wrong);
  }
  SECTION("one signer counts once") {
    auto twice = four.seals_of_tip({0, 1, 2});
    twice.signatures[1] = twice.signatures[0];
    CHECK(four.check_with(twice) == wrong);
    auto more = four.seals_of_tip({0, 1});
    more.signatures.push_back(more.signatures[0]);
    CHECK(four.check_with(more) == wrong);
  }
  SECTION("of another block or height") {
    CHECK(four.check_with(four.seals({0, 1, 2}, {}, four.tip().height, {{7}})) == wrong);
    CHECK(four.check_with(four.seals({0, 1, 2}, {}, {2}, four.tip().digest)) == wrong);
  }
  SECTION("of a set of another size") {
    auto fifth = four.seals_of_tip({0, 1, 2});
    fifth.signers.push_back(false);
    CHECK(four.check_with(fifth) == wrong);
  }
}

TEST_CASE("a lone validator's block carries its parent's seal, too", "[chain]") {
  Seats lone{1};
  lone.commit({0});
  CHECK(lone.check_with({}) == "parent_seals_wrong");
  auto bent = lone.seals_of_tip({0});
  bent.signatures[0].bytes[5] ^= 1;
  CHECK(lone.check_with(bent) == "parent_seals_wrong");
}

TEST_CASE("the first block has no parent to be sealed", "[chain]") {
  Seats lone{1};
  CHECK(lone.check_with(lone.seals_of_tip({0})) == "parent_seals_of_genesis");
}

TEST_CASE("a block's time is later than its parent's", "[chain]") {
  Seats lone{1};
  CHECK(lone.check(lone.build({.ms = 0})) == "time_not_after_parent");
  CHECK(lone.check(lone.build({.ms = -1})) == "time_not_after_parent");
  lone.commit({0});
  CHECK(lone.check(lone.build({.ms = 0})) == "time_not_after_parent");
  CHECK(lone.check(lone.build({.ms = 1})).empty());
}

TEST_CASE("a stored chain is held to the same rules when it executes again", "[chain]") {
  Seats lone{1};
  lone.commit({0});
  CHECK(lone.replayed().empty());
  SECTION("parent seals") {
    lone.store_unchecked({.parent_seals = SealSet{}});
    CHECK(lone.replayed() == "block 2: parent_seals_wrong");
  }
  SECTION("time") {
    lone.store_unchecked({.ms = 0});
    CHECK(lone.replayed() == "block 2: time_not_after_parent");
  }
}
