#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/ledger/execution.hpp"
#include "policies/ledger/genesis_state.hpp"
#include "policies/ledger/pool.hpp"

namespace mnrt::tests {

using namespace policies;

/// Rows in a map, read as execution reads them.
class MemoryState final : public StateReader {
 public:
  MemoryState() = default;
  explicit MemoryState(const StateChanges& rows) { apply(rows); }
  std::optional<StateRow> read(const StateKey& key) const override;
  void apply(const StateChanges& changes);
  template <class Row>
  Row row(const StateKey& key) const {
    return std::get<Row>(rows_.at(key));
  }
  template <class Row>
  void put(const StateKey& key, Row row) {
    rows_[key] = std::move(row);
  }
  bool has(const StateKey& key) const { return rows_.contains(key); }
  const std::map<StateKey, StateRow>& rows() const { return rows_; }

 private:
  std::map<StateKey, StateRow> rows_;
};

/// Keys and addresses by number. The ledger never verifies signatures, so these sign nothing.
PublicKey key_of(std::uint32_t number);
KeyPolicy policy_of(std::uint32_t number);
Address address_of_number(std::uint32_t number);
Digest digest_of_number(std::uint64_t number);
constexpr Amount tokens(std::uint64_t count) {
  return {uint128{count} * 1'000'000'000};
}

constexpr std::uint32_t owner = 1;  ///< key numbers with a part in genesis
constexpr std::uint32_t lease = 2;
constexpr std::uint32_t alice = 10;
constexpr std::uint32_t bob = 11;
constexpr std::uint32_t carol = 12;  ///< has no account in genesis

/// Owner, alice and bob with 1,000 of each token, a treasury of 10,000; `validators` seats, the first the
/// owner's, the others each of an operator of its own.
Genesis small_genesis(std::size_t validators = 1);

/// The same with a bond for each seat.
Genesis bonded_genesis(std::size_t validators, Amount bond);

/// A transaction in the making.
struct Draft {
  Transaction body;
  std::vector<std::uint32_t> signers;
  std::size_t frame_bytes{200};
};

/// A chain of executed blocks.
class World {
 public:
  explicit World(const Genesis& genesis = small_genesis());

  /// The next transaction of an account: its next nonce in the state plus `ahead`, enough fee, signed with
  /// its key.
  Draft draft(std::uint32_t sender, Operation operation, std::uint64_t ahead = 0) const;
  Draft renewal(std::uint64_t epoch = 0) const;
  static std::shared_ptr<const SignedTransaction> sign(const Draft& draft);

  /// The context of the next block, `ms` after the last.
  BlockContext next(std::int64_t ms = 1'000) const;

  /// Executes a block on the state and moves on; the block must be valid.
  Execution run(const std::vector<Draft>& drafts, std::int64_t ms = 1'000);
  /// The refusal of one transaction's outcome, in a block of its own.
  Refusal outcome_of(const Draft& draft, std::int64_t ms = 1'000);
  /// What would make a block with this one transaction invalid.
  Refusal invalid(const Draft& draft, std::int64_t ms = 1'000) const;

  Amount balance(std::uint32_t account, Token token = Token::flx) const;
  PoolsRow pools() const { return state.row<PoolsRow>(pools_key()); }
  OwnerRow owner_row() const { return state.row<OwnerRow>(owner_key()); }
  std::uint64_t parameter(Parameter parameter) const;
  /// Overrides a parameter's value as if genesis had it.
  void set(Parameter parameter, std::uint64_t value);

  MemoryState state;
  Height height;
  BlockTime time;
  Digest chain_id = digest_of_number(7);
  std::size_t eligible{100};
};

/// What all rows hold of each token, burned included, added up here and not by the ledger.
std::array<uint128, 4> supply_in(const MemoryState& state);

}  // namespace mnrt::tests
