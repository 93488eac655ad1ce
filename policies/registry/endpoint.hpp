#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnrt::policies {

enum class EndpointScheme : std::uint8_t { tcp, http, https };

/// Where a service answers.
struct Endpoint {
  EndpointScheme scheme{};
  std::string host;  ///< a DNS name in lower case, an IPv4 address, or an IPv6 address without brackets
  std::uint16_t port{};
  std::string path;  ///< of http and https: what a probe asks for, `/` at least; empty for tcp
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// `tcp://host:port`, `http://host[:port][/path]`, `https://…`; IPv6 in brackets; up to 256 printable ASCII
/// characters. No user, query or fragment: a probe sends nothing that its registrant chose but the path.
/// Nothing for anything else, also for a host of digits and dots that isn't an IPv4 address, which some
/// resolvers would take for one.
std::optional<Endpoint> endpoint_from_text(std::string_view text);

}  // namespace mnrt::policies
