#pragma once

#include <filesystem>
#include <string>

#include "actors/ledger_view.hpp"
#include "actors/ports.hpp"
#include "policies/ledger/genesis.hpp"
#include "policies/ledger/key_policy.hpp"

namespace mnrt::runtime {

/// The keys that lie in a data directory.
struct HeldKeys {
  const std::filesystem::path& folder;
  const actors::Signer& signer;
  const policies::KeyPolicy& owner;  ///< of owner.key, which may be moved away: then without keys
};

/// Why these keys can't be those of the stored chain, with the file and what to do; empty: they may be.
/// Refused is what is certainly wrong: a lone chain whose seat is another's, a seat with other log or
/// cosigner keys, the owner's only seat with another lease key, an owner's key that the chain never knew.
std::string fault_of_keys(const policies::Genesis& genesis, const actors::LedgerView& ledger,
                          const HeldKeys& keys);

}  // namespace mnrt::runtime
