#include "policies/registry/probe_target.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

namespace mnrt::policies {
namespace {

struct Rule {
  std::array<std::uint8_t, 16> bytes;
  std::uint8_t prefix_bits;
  ProbeTarget target;
};

constexpr Rule v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t bits, ProbeTarget target) {
  return {
      {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, 0}, static_cast<std::uint8_t>(96 + bits), target};
}

/// `high` is the address's first 8 bytes.
constexpr Rule v6(std::uint64_t high, std::uint8_t bits, ProbeTarget target) {
  Rule rule{{}, bits, target};
  for (std::size_t i = 0; i < 8; ++i) rule.bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
  return rule;
}

// The IANA special-purpose registries (RFC 6890), as far as they aren't global unicast.
constexpr std::array rules{
    v4(0, 0, 0, 8, ProbeTarget::unspecified),
    v4(10, 0, 0, 8, ProbeTarget::private_network),
    v4(100, 64, 0, 10, ProbeTarget::private_network),
    v4(127, 0, 0, 8, ProbeTarget::loopback),
    v4(169, 254, 0, 16, ProbeTarget::link_local),
    v4(172, 16, 0, 12, ProbeTarget::private_network),
    v4(192, 0, 0, 24, ProbeTarget::reserved),
    v4(192, 0, 2, 24, ProbeTarget::reserved),
    v4(192, 88, 99, 24, ProbeTarget::reserved),
    v4(192, 168, 0, 16, ProbeTarget::private_network),
    v4(198, 18, 0, 15, ProbeTarget::reserved),
    v4(198, 51, 100, 24, ProbeTarget::reserved),
    v4(203, 0, 113, 24, ProbeTarget::reserved),
    v4(224, 0, 0, 3, ProbeTarget::reserved),
    v6(0x0100'0000'0000'0000, 64, ProbeTarget::reserved),
    v6(0x2001'0000'0000'0000, 23, ProbeTarget::reserved),  // Teredo, ORCHID and others
    v6(0x2001'0db8'0000'0000, 32, ProbeTarget::reserved),
    v6(0x3fff'0000'0000'0000, 20, ProbeTarget::reserved),
    v6(0x5f00'0000'0000'0000, 16, ProbeTarget::reserved),
    v6(0x0064'ff9b'0001'0000, 48, ProbeTarget::private_network),
    v6(0xfc00'0000'0000'0000, 7, ProbeTarget::private_network),
    v6(0xfe80'0000'0000'0000, 10, ProbeTarget::link_local),
    v6(0xfec0'0000'0000'0000, 10, ProbeTarget::private_network),
    v6(0xff00'0000'0000'0000, 8, ProbeTarget::reserved),
};

IpAddress mapped(const IpAddress& from, std::size_t offset) {
  IpAddress address;
  address.bytes[10] = address.bytes[11] = 0xff;
  std::copy_n(from.bytes.begin() + static_cast<std::ptrdiff_t>(offset), 4, address.bytes.begin() + 12);
  return address;
}

/// The IPv4 address that an IPv6 one stands for.
std::optional<IpAddress> carried_v4(const IpAddress& address) {
  const auto& b = address.bytes;
  if (b[0] == 0x20 && b[1] == 0x02) return mapped(address, 2);
  const bool low_zero = std::all_of(b.begin() + 4, b.begin() + 12, [](auto byte) { return byte == 0; });
  const bool is_nat64 = b[0] == 0x00 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b;
  const bool is_compatible = b[0] == 0 && b[1] == 0 && b[2] == 0 && b[3] == 0;
  if (low_zero && (is_nat64 || is_compatible)) return mapped(address, 12);
  return std::nullopt;
}

ProbeTarget judge(const IpAddress& address) {
  for (const auto& rule : rules)
    if (IpNetwork{.address = {rule.bytes}, .prefix_bits = rule.prefix_bits}.contains(address))
      return rule.target;
  return ProbeTarget::allowed;
}

}  // namespace

std::string_view name_of(ProbeTarget target) {
  switch (target) {
    case ProbeTarget::allowed:
      return "allowed";
    case ProbeTarget::unspecified:
      return "unspecified";
    case ProbeTarget::loopback:
      return "loopback";
    case ProbeTarget::link_local:
      return "link_local";
    case ProbeTarget::private_network:
      return "private_network";
    case ProbeTarget::reserved:
      return "reserved";
  }
  return "unknown";
}

ProbeTarget judge_probe_target(const IpAddress& address, std::span<const IpNetwork> allow) {
  if (std::ranges::any_of(allow, [&](const auto& network) { return network.contains(address); }))
    return ProbeTarget::allowed;
  constexpr IpAddress v6_loopback{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  if (address == IpAddress{}) return ProbeTarget::unspecified;
  if (address == v6_loopback) return ProbeTarget::loopback;
  if (const auto inner = carried_v4(address)) return judge(*inner);
  return judge(address);
}

}  // namespace mnrt::policies
