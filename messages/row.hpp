#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "policies/bytes.hpp"

namespace mnrt::messages {

/// The tables of the store, named by what they hold; a RocksDB column family each. docs/formats.md has their
/// keys.
enum class Table : std::uint8_t {
  meta,           ///< format version, genesis, last final height
  sign_state,     ///< the one row that keeps the node from signing twice
  blocks,         ///< height → body, pruned
  headers,        ///< height → header with the seals that made it final
  block_heights,  ///< block digest → height
  transactions,   ///< id → height, index and outcome
  state,          ///< raw state key → row, of the last final height
  tree,           ///< (height, nibble path) → node of the state tree
  log,            ///< leaves and tiles of the notary's log
  history,        ///< (account, height) → indices and ids of its transactions
  local,          ///< what this node alone remembers: idempotency keys, names, quotas, probe results
  count_,
};

std::string_view name_of(Table table);

struct Row {
  Table table{};
  policies::Bytes key;
  std::optional<policies::Bytes> value;  ///< nothing: delete
};

/// Written together or not at all.
using Batch = std::vector<Row>;

}  // namespace mnrt::messages
