#pragma once

#include <cstdint>
#include <optional>

#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/keys.hpp"

namespace mnrt::policies {

/// What a consensus message says, as far as its signature covers it: no block, justification or Prepares.
/// Small enough for a transaction, and proof all the same.
struct Statement {
  enum class Kind : std::uint8_t { proposal, prepare, commit, round_change };
  struct Claim {
    Round round;
    Digest digest;
    friend bool operator==(const Claim&, const Claim&) = default;
  };

  Kind kind{};
  Height height;
  Round round;
  Digest digest;                  ///< zeros in a round change
  std::optional<Claim> prepared;  ///< what a round change claims; nothing in the others
  friend bool operator==(const Statement&, const Statement&) = default;
};

struct SignedStatement {
  Statement body;
  Signature signature;
  friend bool operator==(const SignedStatement&, const SignedStatement&) = default;
};

/// Whether no honest validator signs both (protocol section 6): two Proposals, Prepares or Commits for one
/// height and round with different digests; two RoundChanges for one height and round with different claims;
/// a Commit, and a RoundChange to a later round that hides it. Different digests in different rounds are no
/// contradiction. That one validator signed both is the caller's to know.
bool contradict(const Statement& a, const Statement& b);

}  // namespace mnrt::policies
