#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "policies/consensus/sign_state.hpp"

namespace mnrt::policies {

/// Decides what this validator may still sign, and remembers what it did (protocol section 1, Never sign
/// twice). Nothing below the stored (height, round), and one digest for each step of it. A later place
/// forgets the steps of the one before, which is why a node must never come back to it.
class SignGuard {
 public:
  explicit SignGuard(SignState stored) : state_(std::move(stored)) {}

  const SignState& state() const { return state_; }

  /// Whether signing `body` is safe: it is at or above the stored place and repeats what was signed there for
  /// its step. A RoundChange goes to a higher round and claims exactly the certificate held, or is the last
  /// one byte for byte.
  bool allows(const Proposal& proposal) const;
  bool allows(const Prepare& prepare) const;
  bool allows(const RoundChange& change) const;

  /// Whether committing to what `certificate` prepared is safe, in its round at this height.
  bool allows(Height height, const PreparedCertificate& certificate) const;

  /// Takes note of a signature that is about to be made. Aborts if it isn't allowed: a bug must not become a
  /// fork.
  void record(const Proposal& proposal);
  void record(const Prepare& prepare);
  void record(const RoundChange& change);
  /// The Commit's certificate and block stay until the height is final.
  Commit record(Height height, const PreparedCertificate& certificate, std::shared_ptr<const Block> block);

  /// From now on nothing is allowed. The first reason stays, but that the key signs elsewhere outweighs any
  /// other: no agreement on a chain mends it.
  void stop(SignStop why);
  /// The owner has settled it.
  void go_on();

  /// The highest certificate of that height.
  std::optional<PreparedCertificate> certificate_of(Height height) const;

  /// Whether anything was recorded since the last call: then the state must be synced before the signature is
  /// made.
  bool take_changed() { return std::exchange(changed_, false); }

 private:
  bool free_at(Height height, Round round, const std::optional<Digest>& signed_there,
               const Digest& digest) const;
  void move_to(Height height, Round round);
  void write(std::optional<Digest>& step, const Digest& digest);

  SignState state_;
  bool changed_{false};
};

/// Whether a synced sign state protects a signature: what is checked once more right before signing, against
/// what is on disk and not what is in memory.
bool covers(const SignState& synced, const ConsensusBody& body);

}  // namespace mnrt::policies
