#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "messages/row.hpp"
#include "policies/bytes.hpp"
#include "policies/keys.hpp"
#include "policies/notes.hpp"
#include "policies/time.hpp"

// What actors ask of the world. runtime/ implements these with disks and clocks, sims/ with simulated ones.
namespace mnrt::actors {

struct StoreError {
  enum class Kind { io, corrupted, full };
  Kind kind{Kind::io};
  std::string text;  ///< what, where, and what to do next
};

/// Why a node must end at once: what going on would make worse.
struct Halt {
  enum class Kind { integrity, disk };
  Kind kind{};
  std::string text;  ///< what, where, and what to do next
};

/// The store at one moment; later appends don't show.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual std::expected<std::optional<policies::Bytes>, StoreError> get(messages::Table table,
                                                                        policies::ByteView key) const = 0;

  struct Found {
    policies::Bytes key;
    policies::Bytes value;
  };
  /// Up to `limit` rows with from ≤ key < to, ascending, or descending from the end when `backwards`. An
  /// empty `to` is no end.
  virtual std::expected<std::vector<Found>, StoreError> scan(messages::Table table, policies::ByteView from,
                                                             policies::ByteView to, std::size_t limit,
                                                             bool backwards = false) const = 0;
};

/// Ordered keys in tables.
class Store {
 public:
  virtual ~Store() = default;
  /// Writes all rows or none. `done` is called exactly once, on any thread, after the rows are synced, in the
  /// order of the appends. After an error nothing later succeeds.
  virtual void append(messages::Batch rows, std::function<void(std::expected<void, StoreError>)> done) = 0;
  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
};

enum class KeyRole : std::uint8_t { consensus, lease, log, cosigner, account };

/// Signs with the node's own keys. The owner's key is never here.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual policies::PublicKey public_key(KeyRole role) const = 0;
  virtual policies::Signature sign(KeyRole role, policies::ByteView message) const = 0;
  /// ECVRF (RFC 9381, EDWARDS25519-SHA512-TAI) with the consensus key: 80 bytes of proof.
  virtual policies::Bytes prove(policies::ByteView input) const = 0;
};

class WallClock {
 public:
  virtual ~WallClock() = default;
  virtual policies::BlockTime now() const = 0;
};

/// What the machine does to the node, in parts per billion of its budget, and counts.
struct GaugeReading {
  std::uint64_t cpu_ppb{};
  std::uint64_t memory_ppb{};
  std::uint64_t memory_bytes{};
  std::uint64_t disk_ppb{};
  std::uint64_t connections{};
};

class Gauges {
 public:
  virtual ~Gauges() = default;
  virtual GaugeReading read() const = 0;
};

class Notes {
 public:
  virtual ~Notes() = default;
  /// From any thread. Must not block.
  virtual void add(std::string_view role, const policies::Note& note) = 0;
};

/// Seeded draws: jitter and sampling, never a decision that nodes must share.
class Chance {
 public:
  virtual ~Chance() = default;
  virtual std::uint64_t below(std::uint64_t bound) = 0;
};

}  // namespace mnrt::actors
