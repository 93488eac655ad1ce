#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mnrt::policies {

enum class Token : std::uint8_t { gen, nex, flx, aur };

constexpr std::array all_tokens{Token::gen, Token::nex, Token::flx, Token::aur};

/// Base units in one token: 10^9, the same for all four, so that amounts compare at a glance.
constexpr unsigned token_decimals = 9;

struct TokenFacts {
  std::string_view symbol;
  std::string_view name;
  std::uint32_t multiplier;  ///< worth of one token in AUR, as the billing table weighs it
};

constexpr TokenFacts facts_of(Token token) {
  constexpr std::array<TokenFacts, 4> table{{{"GEN", "Genesis Bond", 1000},
                                             {"NEX", "Nexus Branch", 100},
                                             {"FLX", "Flux Leaf", 10},
                                             {"AUR", "Aurum Gold", 1}}};
  return table[static_cast<std::size_t>(token)];
}

constexpr std::optional<Token> token_from_symbol(std::string_view symbol) {
  for (auto token : all_tokens)
    if (facts_of(token).symbol == symbol) return token;
  return std::nullopt;
}

}  // namespace mnrt::policies
