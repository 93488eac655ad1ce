#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/crypto/ed25519.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/notary/receipt.hpp"

// A chain with validators who hold real keys, as far as receipts see one. What the codec computes from
// canonical bytes (digests, sealed bytes) is computed from other bytes here: the policies only compare it.
namespace mnrt::tests {

inline policies::ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

struct Seat {
  policies::SigningKey consensus;
  policies::SigningKey log;
  policies::SigningKey cosigner;
  policies::Validator validator;
};

/// n seats with distinct operators and keys made from `name`, sorted by address.
std::vector<Seat> make_seats(std::size_t n, const std::string& name);
policies::ValidatorSet set_of(const std::vector<Seat>& seats);

/// The log with the rows that `append` gives, as a store keeps them.
class StoredLog final : public policies::LogNodeReader {
 public:
  void add(std::string_view leaf);
  std::optional<policies::Digest> node(policies::LogNode node) const override;
  void lose(std::uint64_t leaf) { rows_.erase(policies::log_hashes_key(leaf)); }
  const policies::LogRow& row() const { return row_; }
  policies::LogHead head() const { return {.size = row_.size, .root = policies::root(row_)}; }

 private:
  policies::LogRow row_;
  std::map<policies::Bytes, policies::Bytes> rows_;
};

struct Signers {
  std::vector<std::size_t> logs;       ///< seats that sign with their log key
  std::vector<std::size_t> cosigners;  ///< seats that cosign
};

class Chain {
 public:
  explicit Chain(std::vector<Seat> seats, const std::string& name = "chain");

  policies::Digest id() const { return policies::start_of(trust); }
  std::string origin() const { return policies::origin_of(id()); }
  std::uint64_t notarise(std::string_view document);
  policies::SignedNote checkpoint(const Signers& signers) const;
  /// The receipt of a notarised document under the current head.
  policies::Receipt receipt(std::uint64_t index, const Signers& signers) const;
  /// The current set hands over to another one at the next height, sealed by these seats.
  void hand_over(std::vector<Seat> next, const std::vector<std::size_t>& sealers);

  std::vector<Seat> seats;
  policies::Trust trust;
  StoredLog log;
  std::vector<std::string> leaves;
  std::uint64_t height{1};
};

/// Sealed anew, for tests that change a header.
void seal(policies::Handover& handover, const std::vector<Seat>& seats,
          const std::vector<std::size_t>& sealers);
policies::Digest digest_of(const policies::ValidatorSet& set);

}  // namespace mnrt::tests
