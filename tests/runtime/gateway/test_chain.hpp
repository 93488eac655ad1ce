#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "actors/chain.hpp"
#include "actors/memory_store.hpp"
#include "actors/seeded_signer.hpp"
#include "policies/ledger/pool.hpp"

namespace mnrt::tests {

/// A real chain with one validator on a store in memory: blocks are executed, never made up.
class TestChain {
 public:
  TestChain();

  actors::MemoryStore& store() { return store_; }
  const actors::Signer& signer() const { return signer_; }
  const policies::Digest& chain_id() const { return chain_->chain_id(); }
  policies::Height height() const { return chain_->tip().height; }
  policies::BlockTime time() const { return time_; }

  /// The account of a key made from a text, rich from the genesis on: "alice" and "bob".
  static policies::SigningKey key(const char* name);
  static policies::Address address(const char* name);

  /// Signed by the named account, with its next nonce (counting what waits).
  std::shared_ptr<const policies::SignedTransaction> sign(const char* name, policies::Operation operation);
  policies::Refusal admit(const std::shared_ptr<const policies::SignedTransaction>& transaction);
  /// The node's own account's; admitted.
  std::shared_ptr<const policies::SignedTransaction> admit_own(std::vector<policies::Operation> operations);

  /// A block of all that waits, committed to the store.
  std::shared_ptr<const actors::FinalBlock> commit();
  const policies::Pool& pool() const { return pool_; }
  std::uint64_t next_nonce(const policies::Address& address) const;

 private:
  actors::MemoryStore store_;
  actors::SeededSigner signer_{"gateway test"};
  policies::BlockTime time_{1'795'253'400'000};
  std::unique_ptr<actors::Chain> chain_;
  policies::Pool pool_;
};

}  // namespace mnrt::tests
