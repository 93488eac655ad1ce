#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/api_calls.hpp"
#include "policies/digest.hpp"
#include "policies/notary/receipt.hpp"

namespace mnrt::sims {

/// A document that a node says is in the log, and where.
struct Notarised {
  policies::Digest document;
  std::uint64_t leaf{};
};

/// Takes the receipts that several nodes give for one document, and verifies them as anyone would, offline
/// and with the chain id as the root. Each seat cosigns for itself: where one is too few, the lines that
/// stand under the same checkpoint are put together.
class ReceiptChecker {
 public:
  ReceiptChecker(const policies::Digest& chain_id, Notarised notarised)
      : chain_id_(chain_id), notarised_(notarised) {}

  std::uint64_t leaf() const { return notarised_.leaf; }
  /// What is wrong with what this node gave, by itself.
  std::optional<std::string> fault_of(const actors::api::ReceiptFiles& files);
  /// What is wrong with all of them together: no checkpoint has enough cosignatures.
  std::optional<std::string> fault_of_all() const;

 private:
  using Verdict = policies::ReceiptVerdict;
  Verdict verdict_of(const policies::Receipt& receipt, const std::string& trust) const;

  struct Joined {
    policies::Receipt receipt;
    std::string trust;
  };
  policies::Digest chain_id_;
  Notarised notarised_;
  std::map<std::string, Joined> by_checkpoint_;
};

}  // namespace mnrt::sims
