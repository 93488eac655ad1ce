#include "policies/amount.hpp"

#include <algorithm>

#include "policies/token.hpp"

namespace mnrt::policies {
namespace {

constexpr uint128 largest = ~uint128{0};

constexpr std::uint64_t units_per_token = [] {
  std::uint64_t units = 1;
  for (unsigned i = 0; i < token_decimals; ++i) units *= 10;
  return units;
}();

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<Amount> checked_add(Amount a, Amount b) {
  if (a.units > largest - b.units) return std::nullopt;
  return Amount{a.units + b.units};
}

std::optional<Amount> checked_sub(Amount a, Amount b) {
  if (b.units > a.units) return std::nullopt;
  return Amount{a.units - b.units};
}

std::optional<Amount> checked_mul(Amount a, std::uint64_t factor) {
  if (factor != 0 && a.units > largest / factor) return std::nullopt;
  return Amount{a.units * factor};
}

// amount = whole × 10^9 + rest, so both products stay in range: rest × ppb < 10^18.
Amount share_rounded_down(Amount amount, Share share) {
  const uint128 whole = amount.units / whole_ppb;
  const uint128 rest = amount.units % whole_ppb;
  return {whole * share.ppb + rest * share.ppb / whole_ppb};
}

Amount share_rounded_up(Amount amount, Share share) {
  const uint128 whole = amount.units / whole_ppb;
  const uint128 rest = amount.units % whole_ppb;
  return {whole * share.ppb + (rest * share.ppb + whole_ppb - 1) / whole_ppb};
}

std::string to_string(Amount amount) {
  if (amount.units == 0) return "0";
  std::string digits;
  for (uint128 rest = amount.units; rest != 0; rest /= 10)
    digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  std::ranges::reverse(digits);
  return digits;
}

std::optional<Amount> amount_from_string(std::string_view digits) {
  if (!all_digits(digits) || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  Amount amount;
  for (char c : digits) {
    auto ten_times = checked_mul(amount, 10);
    auto sum = ten_times ? checked_add(*ten_times, Amount{static_cast<uint128>(c - '0')}) : std::nullopt;
    if (!sum) return std::nullopt;
    amount = *sum;
  }
  return amount;
}

std::string to_decimal(Amount amount) {
  auto text = to_string({amount.units / units_per_token});
  auto decimals = to_string({amount.units % units_per_token});
  decimals.insert(0, token_decimals - decimals.size(), '0');
  while (!decimals.empty() && decimals.back() == '0') decimals.pop_back();
  return decimals.empty() ? text : text + "." + decimals;
}

std::optional<Amount> amount_from_decimal(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  std::string decimals{point == std::string_view::npos ? std::string_view{"0"} : text.substr(point + 1)};
  if (!all_digits(whole) || !all_digits(decimals) || decimals.size() > token_decimals) return std::nullopt;
  decimals.append(token_decimals - decimals.size(), '0');
  std::string digits = std::string{whole} + decimals;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return amount_from_string(digits);
}

}  // namespace mnrt::policies
