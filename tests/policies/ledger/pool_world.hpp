#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <optional>

#include "policies/ledger/pool.hpp"
#include "tests/policies/ledger/world.hpp"

namespace mnrt::tests {

inline Height after(Height height) {
  return height + 1;
}

using Shared = std::shared_ptr<const SignedTransaction>;

struct Terms {
  std::uint64_t ahead{};  ///< nonces above the state's
  std::uint64_t priority{};
  std::uint32_t lane{};
};

/// A pool beside a world, with a clock that the test turns.
class PoolWorld {
 public:
  explicit PoolWorld(const PoolLimits& limits = {}, std::optional<Address> own = {}) : pool(limits, own) {}

  Shared make(std::uint32_t sender, const Terms& terms = {}) const {
    auto draft = world.draft(sender, Transfer{address_of_number(owner), Token::gen, {1}}, terms.ahead);
    draft.body.priority = {terms.priority};
    draft.body.lane = terms.lane;
    return World::sign(draft);
  }
  Refusal admit(const Shared& transaction) {
    return pool.admit(transaction, world.state, world.next(5'000), {++now_ns});
  }
  Shared add(std::uint32_t sender, const Terms& terms = {}) {
    auto made = make(sender, terms);
    REQUIRE(admit(made) == Refusal::none);
    return made;
  }
  TransactionList choose(std::size_t count = 1'000, std::size_t bytes = 1'000'000) const {
    return pool.choose({.bytes = bytes, .transactions = count, .height = after(world.height)});
  }
  /// Makes a block of what the pool offers final.
  void commit() {
    const auto context = world.next(5'000);
    const auto assembly = assemble(context, choose(), world.state);
    world.state.apply(assembly.execution.changes);
    world.height = context.height;
    world.time = context.time;
    pool.committed(assembly.transactions);
  }

  World world;
  Pool pool;
  std::int64_t now_ns{};
};

}  // namespace mnrt::tests
