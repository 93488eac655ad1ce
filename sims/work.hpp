#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/api_calls.hpp"
#include "actors/ledger_view.hpp"
#include "policies/digest.hpp"
#include "policies/ledger/transaction.hpp"
#include "policies/notes.hpp"
#include "sims/checkers.hpp"
#include "sims/receipt_checker.hpp"

namespace mnrt::sims {

/// What clients asked for and were told. A transaction that an honest node took must become final, unless
/// there is a reason: it expired, another took its nonce, or one before it is missing; or the node said that
/// it left its pool, where a client made it, or forgot it by a restart, as it may.
class Work {
 public:
  /// `lives`: how often that node was started.
  Work(Checkers& checkers, std::vector<bool> dishonest, std::function<std::uint64_t(std::size_t)> lives)
      : checkers_(checkers),
        dishonest_(std::move(dishonest)),
        lives_(std::move(lives)),
        restarts_(dishonest_.size()) {}

  /// A call on its way to a node.
  struct Asked {
    std::size_t node{};
    std::uint64_t life{};
    policies::Height height;                                         ///< the node's, then
    std::shared_ptr<const policies::SignedTransaction> transaction;  ///< null: the node makes it
    std::optional<policies::Digest> document{};                      ///< that it notarises
  };
  Asked ask(std::size_t node, std::shared_ptr<const policies::SignedTransaction> transaction);
  /// What became of it; `report` is null where the node has no answer.
  void told(const Asked& asked, const actors::api::StatusReport* report);

  /// Everything that a node notes.
  void noted(std::size_t node, const policies::Note& note);

  /// Documents that honest nodes told a place in the log.
  const std::vector<Notarised>& notarised() const { return notarised_; }
  /// Calls that aren't answered yet.
  std::uint64_t unanswered() const { return unanswered_; }
  /// Forgets what has become final, or has a reason not to; returns how many are left.
  std::size_t sift(const actors::LedgerView& ledger);
  /// At the end: none may be left.
  void check();

 private:
  struct Accepted {
    std::size_t node{};
    std::uint64_t life{};
    policies::Height expiry;
    std::shared_ptr<const policies::SignedTransaction> transaction;
  };
  std::uint64_t life_of(std::size_t node) const { return lives_(node) + restarts_[node]; }
  bool is_settled(const policies::Digest& id, const Accepted& accepted,
                  const actors::LedgerView& ledger) const;

  Checkers& checkers_;
  std::vector<bool> dishonest_;  ///< by node
  std::function<std::uint64_t(std::size_t)> lives_;
  std::vector<std::uint64_t> restarts_;  ///< of roles that lose the pool
  std::uint64_t unanswered_{};
  std::vector<Notarised> notarised_;
  std::map<policies::Digest, Accepted> accepted_;
  std::set<std::pair<std::size_t, std::string>> left_;  ///< node, and the id as notes write it
};

}  // namespace mnrt::sims
