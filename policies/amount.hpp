#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mnrt::policies {

__extension__ typedef unsigned __int128 uint128;

/// Money: base units of one token, 0 to 2^128 − 1. Arithmetic is checked; there is no unchecked form.
struct Amount {
  uint128 units{};
  friend auto operator<=>(const Amount&, const Amount&) = default;
};

std::optional<Amount> checked_add(Amount a, Amount b);
std::optional<Amount> checked_sub(Amount a, Amount b);
std::optional<Amount> checked_mul(Amount a, std::uint64_t factor);

/// Parts per billion of an amount.
struct Share {
  std::uint64_t ppb{};  ///< 0 to 1,000,000,000
  friend auto operator<=>(const Share&, const Share&) = default;
};

constexpr std::uint64_t whole_ppb = 1'000'000'000;

/// The share of an amount, without overflow for any amount and any share up to the whole.
Amount share_rounded_up(Amount amount, Share share);
Amount share_rounded_down(Amount amount, Share share);

/// Base units in decimal, as the API writes them.
std::string to_string(Amount amount);

/// Decimal digits alone, no sign, no leading zero but "0" itself; nothing for anything else or over the
/// range.
std::optional<Amount> amount_from_string(std::string_view digits);

/// Whole tokens with a decimal point, without trailing zeros: "1.5", "0.000000001", "20".
std::string to_decimal(Amount amount);

/// What `to_decimal` writes, and any number with at most nine decimals; nothing for anything else.
std::optional<Amount> amount_from_decimal(std::string_view text);

}  // namespace mnrt::policies
