#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnrt::policies {

/// An IPv6 address, or an IPv4 one in its mapped form ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so that each has
/// one form.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool is_v4() const;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// Four decimal numbers without leading zeros, or RFC 4291 text without a zone; nothing for anything else.
std::optional<IpAddress> ip_from_text(std::string_view text);

/// Dotted decimal for IPv4; RFC 5952 for IPv6.
std::string to_text(const IpAddress& address);

/// The addresses that share a prefix.
struct IpNetwork {
  IpAddress address;
  std::uint8_t prefix_bits{};  ///< of the 16 bytes: an IPv4 /8 has 104
  bool contains(const IpAddress& other) const;
  friend bool operator==(const IpNetwork&, const IpNetwork&) = default;
};

/// `10.0.0.0/8`, `fd00::/8`, or an address alone; nothing where bits are set past the prefix.
std::optional<IpNetwork> network_from_text(std::string_view text);

}  // namespace mnrt::policies
