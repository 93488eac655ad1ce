#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/block_rows.hpp"
#include "actors/chain.hpp"
#include "actors/memory_store.hpp"
#include "actors/new_chain.hpp"
#include "actors/own_account.hpp"
#include "actors/receipt_maker.hpp"
#include "actors/replay.hpp"
#include "actors/seeded_signer.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/transaction_check.hpp"
#include "messages/trust_codec.hpp"

namespace mnrt::tests {

using actors::KeyRole;
using policies::Block;
using policies::SealSet;

inline constexpr std::int64_t genesis_ms = 1'795'253'400'000;

/// A chain of several seats, held by one node that proposes and one that only checks.
class Seats {
 public:
  /// `shape` may change the genesis.
  explicit Seats(std::size_t count, const std::function<void(policies::Genesis&)>& shape = {}) {
    for (std::size_t i = 0; i < count; ++i) signers_.emplace_back("seat " + std::to_string(i));
    const auto owner = policies::single_key(actors::key_from_text("owner").public_key());
    auto genesis =
        actors::make_genesis({}, signers_.front(), {.owner = owner, .time = {genesis_ms}, .accounts = {}});
    for (std::size_t i = 1; i < count; ++i)
      genesis.validators.push_back(
          actors::seat_of(signers_[i], actors::own_address(signers_[i], KeyRole::account)));
    std::ranges::sort(genesis.validators, {}, &policies::Validator::address);
    if (shape) shape(genesis);
    for (auto* store : {&proposing_store_, &checking_store_})
      store->append(actors::genesis_rows(genesis), [](auto) {});
    reopen();
  }

  void reopen() {
    proposing_ = open(proposing_store_);
    checking_ = open(checking_store_);
  }
  const policies::ChainTip& tip() const { return checking_->tip(); }
  const actors::Chain& chain() const { return *checking_; }
  const actors::SeededSigner& signer(std::size_t seat) const { return signers_[seat]; }

  /// Waits for the next block, checked as if a client had sent it.
  policies::Refusal offer(std::shared_ptr<const policies::SignedTransaction> transaction) {
    const auto verified = messages::verify_frame(std::move(transaction), proposing_->chain_id());
    if (!verified) return verified.error();
    return pool_.admit(**verified, proposing_->state(), proposing_->next_context(tip().time), {});
  }

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
                pool_, actors::own_address(signer, KeyRole::consensus), signer)
        .block;
  }
  std::shared_ptr<const Block> build() { return build(Changed{}); }
  std::string stop_reason() const { return proposing_->stop_reason(); }

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
    for (const auto& transaction : block->transactions) pool_.remove(transaction->id);
  }

  /// On the disk of the proposing one, whatever it is: as a program without these rules would have stored it.
  void store_unchecked(const Changed& changed) {
    const auto block = build(changed);
    auto commit = proposing_->commit({block, seals({0}, {}, block->header.height, block->digest)});
    proposing_store_.append(std::exchange(commit.rows, {}), [](auto) {});
  }
  /// R.trust as a receipt of this moment would carry it, read back.
  policies::Trust trust() const {
    const auto made = actors::trust_of(actors::LedgerView{proposing_store_.snapshot()});
    REQUIRE(made);
    const auto read = messages::decode_trust(messages::encode_trust(*made));
    REQUIRE(read);
    return *read;
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
  policies::Pool pool_;
  std::unique_ptr<actors::Chain> proposing_;
  std::unique_ptr<actors::Chain> checking_;
};

}  // namespace mnrt::tests
