#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <string>

#include "policies/crypto/ed25519.hpp"
#include "runtime/cli/api_client.hpp"
#include "runtime/cli/bench/load.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/cli/output.hpp"

namespace mnrt::runtime {

/// A request waits this long for the final status of what it sends.
inline constexpr std::chrono::seconds request_wait{30};

/// POST of a batch, answered in records; with `wait` above zero once all of it is settled.
ApiRequest batch_request(const std::string& body, std::chrono::seconds wait);

struct BatchOutcome {
  std::uint64_t height{};
  std::size_t final{};
  std::string refused;  ///< the first that was refused for good
};

/// Posts until all of it is final, as long as `again` says so: what the node refuses for now is sent again.
/// The same bytes never count twice.
std::expected<BatchOutcome, std::string> settle(const ApiClient& client, const Batch& batch,
                                                const std::function<bool()>& again);

/// What transactions for this node's chain need.
std::expected<LoadTerms, Failure> load_terms(const NodeClient& node);

/// A tenth of an FLX for each account from the owner's wallet, before the load: enough for a run's fees.
std::expected<void, Failure> fund(const ApiClient& client, const policies::SigningKey& owner,
                                  const LoadAccounts& accounts, const LoadTerms& terms, const Output& output);

}  // namespace mnrt::runtime
