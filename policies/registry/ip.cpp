#include "policies/registry/ip.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

namespace mnrt::policies {
namespace {

constexpr std::array<std::uint8_t, 12> v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// A number of digits alone, up to `highest`; decimal ones without a leading zero, because some readers take
/// it for octal.
std::optional<unsigned> number(std::string_view text, int base, unsigned highest) {
  const auto longest = base == 10 ? 3u : 4u;
  if (text.empty() || text.size() > longest) return std::nullopt;
  if (base == 10 && text.size() > 1 && text.front() == '0') return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || value > highest) return std::nullopt;
  return value;
}

std::optional<std::array<std::uint8_t, 4>> v4_from_text(std::string_view text) {
  std::array<std::uint8_t, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto dot = i + 1 < bytes.size() ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return std::nullopt;
    const auto value = number(text.substr(0, dot), 10, 255);
    if (!value) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(*value);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return bytes;
}

/// Groups between colons as bytes; the last may be dotted decimal.
std::optional<std::vector<std::uint8_t>> groups_from_text(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  while (!text.empty() && bytes.size() <= 16) {
    const auto colon = std::min(text.find(':'), text.size());
    const auto group = text.substr(0, colon);
    if (colon == text.size() && group.find('.') != std::string_view::npos) {
      const auto v4 = v4_from_text(group);
      if (!v4) return std::nullopt;
      bytes.insert(bytes.end(), v4->begin(), v4->end());
      return bytes;
    }
    const auto value = number(group, 16, 0xffff);
    if (!value || colon + 1 == text.size()) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*value >> 8));
    bytes.push_back(static_cast<std::uint8_t>(*value & 0xff));
    text.remove_prefix(std::min(colon + 1, text.size()));
  }
  return bytes;
}

std::optional<IpAddress> v6_from_text(std::string_view text) {
  const auto gap = text.find("::");
  const auto before = groups_from_text(text.substr(0, gap));
  if (!before) return std::nullopt;
  IpAddress address;
  if (gap == std::string_view::npos) {
    if (before->size() != 16) return std::nullopt;
    std::ranges::copy(*before, address.bytes.begin());
    return address;
  }
  // "::" stands for at least one group, and once. A dotted part may only be at the very end.
  const auto after = groups_from_text(text.substr(gap + 2));
  const bool dotted_before = text.substr(0, gap).find('.') != std::string_view::npos;
  if (!after || dotted_before || before->size() + after->size() > 14) return std::nullopt;
  std::ranges::copy(*before, address.bytes.begin());
  std::ranges::copy_backward(*after, address.bytes.end());
  return address;
}

std::string v4_text(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (auto byte : bytes) {
    if (!text.empty()) text += '.';
    text += std::to_string(byte);
  }
  return text;
}

/// First group and length of the longest run of at least two zero groups; the first of equals.
struct ZeroRun {
  std::size_t first{8};
  std::size_t length{};
};

ZeroRun longest_zero_run(const std::array<unsigned, 8>& groups) {
  ZeroRun best;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::size_t length = 0;
    while (i + length < groups.size() && groups[i + length] == 0) ++length;
    if (length >= 2 && length > best.length) best = {.first = i, .length = length};
  }
  return best;
}

bool bit_of(const IpAddress& address, std::size_t bit) {
  return ((address.bytes[bit / 8] >> (7 - bit % 8)) & 1) != 0;
}

}  // namespace

bool IpAddress::is_v4() const {
  return std::ranges::equal(v4_prefix, std::span{bytes}.first<12>());
}

std::optional<IpAddress> ip_from_text(std::string_view text) {
  if (text.find(':') != std::string_view::npos) return v6_from_text(text);
  const auto v4 = v4_from_text(text);
  if (!v4) return std::nullopt;
  IpAddress address;
  std::ranges::copy(v4_prefix, address.bytes.begin());
  std::ranges::copy(*v4, address.bytes.begin() + v4_prefix.size());
  return address;
}

std::string to_text(const IpAddress& address) {
  if (address.is_v4()) return v4_text(std::span{address.bytes}.last<4>());
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i)
    groups[i] = static_cast<unsigned>(address.bytes[2 * i]) << 8 | address.bytes[2 * i + 1];
  const auto run = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == run.first) {
      text += "::";
      i += run.length - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    std::array<char, 4> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), groups[i], 16).ptr;
    text.append(digits.data(), end);
  }
  return text;
}

bool IpNetwork::contains(const IpAddress& other) const {
  for (std::size_t bit = 0; bit < prefix_bits; ++bit)
    if (bit_of(address, bit) != bit_of(other, bit)) return false;
  return true;
}

std::optional<IpNetwork> network_from_text(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = ip_from_text(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool dotted = text.find(':') == std::string_view::npos;
  const unsigned longest = dotted ? 32 : 128;
  const auto bits = slash == std::string_view::npos ? longest : number(text.substr(slash + 1), 10, longest);
  if (!bits) return std::nullopt;
  const auto prefix = static_cast<std::uint8_t>(*bits + (dotted ? 96 : 0));
  for (std::size_t bit = prefix; bit < 128; ++bit)
    if (bit_of(*address, bit)) return std::nullopt;
  return IpNetwork{.address = *address, .prefix_bits = prefix};
}

}  // namespace mnrt::policies
