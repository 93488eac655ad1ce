#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "policies/registry/ip.hpp"

namespace mnrt::policies {

/// Whether a health probe may connect to an address. Anyone can register a service, so an open probe would
/// let them make this node touch what only it can reach.
enum class ProbeTarget : std::uint8_t {
  allowed,
  unspecified,      ///< 0.0.0.0/8, ::
  loopback,         ///< 127.0.0.0/8, ::1
  link_local,       ///< 169.254.0.0/16 (cloud metadata too), fe80::/10
  private_network,  ///< RFC 1918, 100.64.0.0/10 (RFC 6598), fc00::/7, fec0::/10
  reserved,         ///< multicast, broadcast, documentation, benchmarking, 240.0.0.0/4, discard-only
};

/// snake_case, as the registry shows it.
std::string_view name_of(ProbeTarget target);

/// Judges a resolved address, never a name: a name may resolve to something else the next moment, so the very
/// address that was judged must be connected to. IPv6 forms that carry an IPv4 address (mapped, 6to4, NAT64,
/// compatible) are judged by it. An address in one of `allow` is allowed whatever it is.
ProbeTarget judge_probe_target(const IpAddress& address, std::span<const IpNetwork> allow);

}  // namespace mnrt::policies
