#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/ledger_view.hpp"
#include "policies/address.hpp"
#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/time.hpp"

/// What the outside asks of the actors, without naming actors: the HTTP server hands a Call to the gateway
/// role and gets one Reply back. Reads of the final chain don't come here: a LedgerView answers them.
namespace mnrt::actors::api {

enum class TransactionStatus : std::uint8_t { pending, final, refused, expired, unknown };

/// The current status of a transaction. `height` and `fee` are set once final; `refusal` says why it was
/// refused, or why a final one had no effect.
struct StatusReport {
  policies::Digest id{};
  TransactionStatus status{TransactionStatus::unknown};
  policies::Refusal refusal{policies::Refusal::none};
  std::uint8_t operation{};
  std::optional<policies::Height> height{};
  policies::Amount fee{};
  std::vector<std::uint64_t> leaves{};
};

/// Frames as they came (canonical envelopes). With `wait` above zero the reply comes once all are final or
/// refused, or when the time is over, with the status of that moment.
struct Submit {
  std::vector<std::shared_ptr<const policies::Bytes>> frames;  ///< 1 to limits::batch_frames_max
  std::chrono::milliseconds wait{};
};
struct Submitted {
  std::vector<StatusReport> reports;  ///< in the order of the frames
};

struct StatusQuery {
  policies::Digest id;
  std::chrono::milliseconds wait{};
};

/// Notarises with the node's own account.
struct NotariseDigests {
  struct Item {
    policies::Digest document;
    policies::Digest label_hash;
  };
  std::vector<Item> items;  ///< 1 to 1,000: one transaction for each 64
  std::chrono::milliseconds wait{};
};

/// A receipt of a final notarisation.
struct ReceiptQuery {
  std::uint64_t leaf{};
};
struct ReceiptFiles {
  std::string proof;  ///< R.tlog-proof
  std::string trust;  ///< R.trust
};

/// Registers, renews or removes a service with the node's own account.
struct ServiceOrder {
  policies::Operation operation;
  std::chrono::milliseconds wait{};
};

struct NonceQuery {
  policies::Address address;
  std::uint32_t lane{};
};
struct NonceReport {
  std::uint64_t next{};  ///< counts what is pending
};

/// Runs a transaction against the final state without sending it; signatures may be absent.
struct Simulate {
  std::shared_ptr<const policies::Bytes> frame;
};

struct StatusOfNode {};
struct RoleReport {
  std::string name;
  bool answering{};
  std::uint64_t restarts{};
};
struct NodeReport {
  bool healthy{};
  std::vector<std::string> reasons;  ///< why it isn't
  policies::Height height;
  policies::Round round;
  policies::Epoch epoch;
  std::uint64_t validators{};
  std::string immortality;  ///< armed, crash-only or unarmed
  std::uint64_t failures_tolerated{};
  std::string assurance;
  std::string owner_status;  ///< Healthy, Degraded, Failed or Unknown
  std::int64_t last_block_age_ms{};
  std::uint64_t pool_transactions{};
  std::uint64_t pool_bytes{};
  std::uint64_t verification_workers{};
  std::uint64_t notarisation_workers{};
  std::vector<RoleReport> roles;
  std::vector<std::string> scaling_decisions;  ///< the newest 20
};

struct ServiceHealthQuery {};
struct ServiceHealth {
  struct Entry {
    std::string state;  ///< unknown, healthy or unhealthy
    std::uint64_t failures{};
    std::optional<policies::BlockTime> checked;
  };
  std::map<std::string, Entry> services;
};

struct TreasuryQuery {};
struct TreasuryReport {
  std::map<std::string, std::string> balances;         ///< symbol → base units
  std::map<std::string, std::string> collected_today;  ///< symbol → base units, by block time
  std::uint64_t transactions_today{};
  std::string decision;  ///< what the economic triggers say
};

/// Ends one role's actor with an exception, as a bug would (administration socket alone).
struct CrashRole {
  std::string role;
};

/// Writes a row of this node's own (idempotency keys, names); replies Done after the sync.
struct Remember {
  policies::Bytes key;
  std::optional<policies::Bytes> value;
};
struct Done {};

/// Why there is no answer: the caller may try again after `retry_after`.
struct Unavailable {
  enum class Why { busy, role_down, timed_out, unknown_role, not_found };
  Why why{Why::busy};
  std::string text;
  std::chrono::milliseconds retry_after{1000};
};

using Request = std::variant<Submit, StatusQuery, NotariseDigests, ReceiptQuery, ServiceOrder, NonceQuery,
                             Simulate, StatusOfNode, ServiceHealthQuery, TreasuryQuery, CrashRole, Remember>;
using Reply = std::variant<Submitted, StatusReport, ReceiptFiles, NonceReport, NodeReport, ServiceHealth,
                           TreasuryReport, Done, Unavailable>;

struct Call {
  Request request;
  std::function<void(Reply)> done;  ///< exactly once, on any thread
};

/// The server on the other side. Lives outside the actors, so a crash of the gateway role leaves it serving.
class FrontEnd {
 public:
  virtual ~FrontEnd() = default;
  /// From now on calls go to `to_actors`; replaces an earlier one. Calls in between are answered 503.
  virtual void connect(std::function<void(Call)> to_actors) = 0;
  virtual void disconnect() = 0;
  /// Each final block in order; after a crash of core or gateway one may come again, or have been left out:
  /// the store has it. Must not block.
  virtual void block_final(std::shared_ptr<const FinalBlock> block) = 0;
};

}  // namespace mnrt::actors::api
