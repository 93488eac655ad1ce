#pragma once

#include <cstdint>
#include <string>

#include "policies/ledger/overlay.hpp"
#include "policies/time.hpp"

namespace mnrt::policies {

/// Width of the spans of block time that the expiry index groups services by.
inline constexpr std::int64_t expiry_span_ms = 10'000;

/// How much of the index one block sweeps at most. 256 spans are 42 minutes, so a network that stood still
/// for a day has caught up after 34 blocks; until then an expired service counts as gone but keeps its
/// deposit.
inline constexpr std::size_t swept_spans_max = 256;
inline constexpr std::size_t swept_services_max = 256;

/// The start of the span that holds a time, which isn't before 1970.
constexpr BlockTime span_of(BlockTime time) {
  return {time.ms - time.ms % expiry_span_ms};
}

/// Enters a service into the index, or takes it out.
void index_expiry(Overlay& state, BlockTime expires, const std::string& service);
void unindex_expiry(Overlay& state, BlockTime expires, const std::string& service);

/// Deletes a service with its place in the index and returns its deposit to its owner.
void delete_service(Overlay& state, const std::string& id);

/// Deletes services whose span lies before `now`, oldest first, within the bounds above.
void sweep_services(Overlay& state, BlockTime now);

}  // namespace mnrt::policies
