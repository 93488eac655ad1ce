#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "actors/api_calls.hpp"
#include "actors/ledger_view.hpp"
#include "policies/digest.hpp"
#include "policies/notes.hpp"

namespace mnrt::sims {

/// What must hold whatever happens. Keeps books of its own, outside the node; the first violation stays.
class Checkers {
 public:
  /// Everything that a node notes.
  void noted(const policies::Note& note);
  /// A client was told that a transaction is final or refused in a block.
  void acknowledged(const actors::api::StatusReport& report);
  /// Every acknowledged transaction stands where the client was told.
  void check_acknowledged(const actors::LedgerView& ledger);
  /// Executes the whole chain again, from its genesis, on an empty store: every header must come out the
  /// same.
  void check_reexecution(const actors::LedgerView& ledger);

  const std::optional<std::string>& violation() const { return violation_; }
  std::uint64_t final_height() const { return final_height_; }
  std::size_t acknowledged_count() const { return acknowledged_.size(); }

 private:
  void violated(std::string what);
  void signed_once(const policies::Note& note);
  void heights_ascend(const policies::Note& note);

  std::optional<std::string> violation_;
  std::map<std::tuple<std::string, std::string, std::string>, std::string>
      signed_;                                  ///< (height, round, step) → digest
  std::map<std::uint64_t, std::string> final_;  ///< height → digest
  std::uint64_t final_height_{};
  std::map<policies::Digest, policies::Height> acknowledged_;
};

}  // namespace mnrt::sims
