#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <vector>

#include "policies/ledger/operation.hpp"
#include "runtime/cli/bench/batches.hpp"

// The largest of everything, to see what a node holds.
namespace mnrt::runtime {

/// A service whose every field is as long as it may be. Its endpoints are ones that no probe reaches.
policies::RegisterService largest_service(std::uint64_t number);

/// Operations that fill a transaction with one signature up to the largest size: services of numbers from
/// `first` on, as long as there are fewer than `end`, then notarisations up to the last that fits.
std::vector<policies::Operation> largest_operations(std::uint64_t first, std::uint64_t end);

struct FillOptions {
  std::uint64_t services{1'000};
  std::uint64_t transactions{10'000};
  std::size_t in_flight{4};  ///< requests at once
};

struct Filled {
  std::uint64_t services{};                      ///< registered
  std::uint64_t accepted{};                      ///< large transactions that the node took
  std::size_t transaction_bytes{};               ///< of each
  std::map<std::string, std::uint64_t> refused;  ///< large transactions, by the reason
};

/// Registers the services and waits until they are final, then sends the large transactions once each, as
/// fast as the node answers, without waiting for blocks. The owner's wallet funds their senders; it must not
/// have sent before.
std::expected<Filled, Failure> fill(const NodeClient& node, const policies::SigningKey& owner,
                                    const FillOptions& options, const Output& output);

}  // namespace mnrt::runtime
