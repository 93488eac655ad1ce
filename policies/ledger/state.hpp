#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/ledger/key_policy.hpp"
#include "policies/ledger/parameters.hpp"
#include "policies/time.hpp"
#include "policies/token.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// One amount a token, indexed by Token.
using Balances = std::array<Amount, 4>;

// The rows of the state tree. Each has a raw key (docs/formats.md) and a canonical encoding
// (messages/state.capnp).

struct AccountRow {
  std::optional<KeyPolicy> keys;  ///< absent until the account's first transaction
  std::uint64_t nonce{};          ///< next nonce of lane 0
  Balances balances{};
  Amount deposit;  ///< FLX that its opener paid for this row
  friend bool operator==(const AccountRow&, const AccountRow&) = default;
};

struct LaneRow {
  std::uint64_t nonce{};
  Amount deposit;
  friend bool operator==(const LaneRow&, const LaneRow&) = default;
};

struct ServiceRow {
  Address owner;
  std::string kind;
  std::string version;
  std::vector<std::string> endpoints;
  std::vector<std::string> labels;
  std::uint32_t ttl_seconds{};
  Height registered;
  BlockTime expires;
  Amount deposit;
  friend bool operator==(const ServiceRow&, const ServiceRow&) = default;
};

/// Money that no account holds, and what was made and destroyed since genesis.
struct PoolsRow {
  Balances treasury{};
  Balances minted{};
  Balances burned{};
  Amount deposits;           ///< FLX held against state rows
  std::uint64_t services{};  ///< rows in the registry
  BlockTime services_swept;  ///< expiry rows below this time are gone
  Amount bonds;              ///< GEN held in bonds
  friend bool operator==(const PoolsRow&, const PoolsRow&) = default;
};

/// The owner is a lease on the chain.
struct OwnerRow {
  Epoch epoch;
  Address owner;
  PublicKey lease_key;
  BlockTime renewed_time;
  Height renewed_height;
  bool deposed{};  ///< the lease ended and the epoch changed: the owner's privileges rest until a handback
  friend bool operator==(const OwnerRow&, const OwnerRow&) = default;
};

/// The log as RFC 6962 needs it to append: its size and the roots of its complete subtrees, largest first.
struct LogRow {
  std::uint64_t size{};
  std::vector<Digest> frontier;
  friend bool operator==(const LogRow&, const LogRow&) = default;
};

struct ParametersRow {
  struct Pending {
    Parameter parameter{};
    std::uint64_t value{};
    Height effective;
    friend bool operator==(const Pending&, const Pending&) = default;
  };
  Parameters values{};
  std::vector<Pending> pending;  ///< sorted by height, then parameter; at most one a parameter
  friend bool operator==(const ParametersRow&, const ParametersRow&) = default;
};

/// What a parameter was before a height: history stays readable for good.
struct ParameterHistoryRow {
  std::uint64_t value{};
  friend bool operator==(const ParameterHistoryRow&, const ParameterHistoryRow&) = default;
};

struct ValidatorsRow {
  ValidatorSet validators;
  friend bool operator==(const ValidatorsRow&, const ValidatorsRow&) = default;
};

/// A withdrawal that waits for its delay, and those of the current window.
struct WithdrawalsRow {
  struct Entry {
    Address to;
    Token token{};
    Amount amount;
    BlockTime asked;
    bool paid{};
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> entries;  ///< at most 64, oldest first
  friend bool operator==(const WithdrawalsRow&, const WithdrawalsRow&) = default;
};

/// Services that may expire within one span of block time: how the sweep finds them without reading all.
struct ExpiryRow {
  std::vector<std::string> services;  ///< sorted ids, not empty
  friend bool operator==(const ExpiryRow&, const ExpiryRow&) = default;
};

/// What a validator stakes, while it has its seat, before, and until the unbonding time has passed after.
struct BondRow {
  Validator seat;  ///< the record that it joins with
  Amount amount;   ///< GEN base units
  Amount deposit;
  Height bonded;                       ///< when; joining needs an age
  Height ready;                        ///< the last block with a signed `ready`
  std::uint64_t ready_blocks{};        ///< that it was ready for without a break, up to that
  std::optional<BlockTime> unbonding;  ///< since when; nothing: it stays
  friend bool operator==(const BondRow&, const BondRow&) = default;
};

/// An offence that was punished: one a height and offender, for good.
struct OffenceRow {
  Address reporter;
  Height reported;
  Amount penalty;  ///< GEN taken at once
  friend bool operator==(const OffenceRow&, const OffenceRow&) = default;
};

/// What an account committed to report.
struct ReporterRow {
  Digest commitment;
  Height committed;
  Amount deposit;
  friend bool operator==(const ReporterRow&, const ReporterRow&) = default;
};

/// The reports of the current window.
struct EvidenceRow {
  struct Entry {
    Address offender;
    Height reported;
    Address reporter;
    Amount bond;   ///< the offender's before the window's first penalty
    Amount taken;  ///< by this report
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::uint64_t seats{};       ///< validators at the window's first report
  std::vector<Entry> entries;  ///< in order; empty: the window has none
  friend bool operator==(const EvidenceRow&, const EvidenceRow&) = default;
};

/// How the set is about to change.
struct SetChangeRow {
  struct Removal {
    Address seat;
    Height decided;
    friend bool operator==(const Removal&, const Removal&) = default;
  };
  struct Proposal {
    std::vector<Address> joins;   ///< seats, sorted
    std::vector<Address> leaves;  ///< seats, sorted
    Height proposed;
    std::vector<Address> votes;     ///< seats, sorted
    std::optional<Height> decided;  ///< when a quorum had voted for it
    friend bool operator==(const Proposal&, const Proposal&) = default;
  };
  std::vector<Removal> removals;    ///< offenders, sorted by seat
  std::vector<Proposal> proposals;  ///< oldest first, at most 16
  friend bool operator==(const SetChangeRow&, const SetChangeRow&) = default;
};

/// The set that sealed a block which changed the set: how trust is handed over from one set to the next.
struct SealingSetRow {
  ValidatorSet validators;
  friend bool operator==(const SealingSetRow&, const SealingSetRow&) = default;
};

/// The version of the protocol, and what is voted on.
struct UpgradeRow {
  struct Proposal {
    std::uint32_t version{};
    Height height;
    std::vector<Address> votes;  ///< seats, sorted, not empty
    bool decided{};
    friend bool operator==(const Proposal&, const Proposal&) = default;
  };
  std::uint32_t version{1};         ///< in force
  std::vector<Proposal> proposals;  ///< sorted by version, then height; each seat votes for one at most
  friend bool operator==(const UpgradeRow&, const UpgradeRow&) = default;
};

using StateRow = std::variant<AccountRow, LaneRow, ServiceRow, PoolsRow, OwnerRow, LogRow, ParametersRow,
                              ParameterHistoryRow, ValidatorsRow, WithdrawalsRow, ExpiryRow, BondRow,
                              OffenceRow, ReporterRow, EvidenceRow, SetChangeRow, SealingSetRow, UpgradeRow>;

/// Raw keys: one byte of kind, then what tells rows of a kind apart, integers in big-endian order. Their
/// order is the order on disk.
using StateKey = Bytes;

/// The first byte of a raw key: a scan over one kind reads from {kind} up to {kind + 1}.
enum class RowKind : std::uint8_t {
  account = 0x01,      ///< 32 bytes of address
  lane = 0x02,         ///< 32 bytes of address, 4 of lane
  service = 0x03,      ///< its id
  expiry = 0x04,       ///< 8 bytes: the span's first millisecond since 1970
  bond = 0x05,         ///< 32 bytes of the seat's address
  offence = 0x06,      ///< 32 bytes of the seat's address, 8 of height
  reporter = 0x07,     ///< 32 bytes of address
  sealing_set = 0x08,  ///< 8 bytes: height of the block that changed the set
  pools = 0x10,        ///< nothing more, as the ones below without a comment
  owner = 0x11,
  log = 0x12,
  parameters = 0x13,
  parameter_history = 0x14,  ///< 1 byte of parameter, 8 of height
  validators = 0x15,
  withdrawals = 0x16,
  evidence = 0x17,
  set_change = 0x18,
  upgrade = 0x19,
};

StateKey account_key(const Address& address);
StateKey lane_key(const Address& address, std::uint32_t lane);
StateKey service_key(const std::string& id);
StateKey pools_key();
StateKey owner_key();
StateKey log_key();
StateKey parameters_key();
StateKey parameter_history_key(Parameter parameter, Height until);
StateKey validators_key();
StateKey withdrawals_key();
StateKey bond_key(const Address& seat);
StateKey offence_key(const Address& seat, Height height);
StateKey reporter_key(const Address& account);
StateKey evidence_key();
StateKey set_change_key();
StateKey sealing_set_key(Height height);
/// The height in such a key.
Height height_of_sealing_set(const StateKey& key);
StateKey upgrade_key();
StateKey expiry_key(BlockTime span_start);

/// The committed state of one height, as execution reads it.
class StateReader {
 public:
  virtual ~StateReader() = default;
  /// The row under a key, or nothing. The same answer every time for one reader.
  virtual std::optional<StateRow> read(const StateKey& key) const = 0;
};

/// Rows that a block changed; nothing stands for a deleted row.
using StateChanges = std::map<StateKey, std::optional<StateRow>>;

}  // namespace mnrt::policies
