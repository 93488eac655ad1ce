#include "policies/notary/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace mnrt::policies {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> digits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

}  // namespace

std::string to_base64(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto given = bytes.size() - at;
    const std::uint32_t group = static_cast<std::uint32_t>(bytes[at] << 16) |
                                static_cast<std::uint32_t>(given > 1 ? bytes[at + 1] << 8 : 0) |
                                static_cast<std::uint32_t>(given > 2 ? bytes[at + 2] : 0);
    text += alphabet[group >> 18];
    text += alphabet[(group >> 12) & 63];
    text += given > 1 ? alphabet[(group >> 6) & 63] : '=';
    text += given > 2 ? alphabet[group & 63] : '=';
  }
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const auto digits_count = text.size() - padding;
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t held = 0;
  unsigned held_bits = 0;
  for (std::size_t at = 0; at < digits_count; ++at) {
    const auto digit = digits[static_cast<std::uint8_t>(text[at])];
    if (digit == no_digit) return std::nullopt;
    held = (held << 6) | digit;
    held_bits += 6;
    if (held_bits < 8) continue;
    held_bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(held >> held_bits));
    held &= (1u << held_bits) - 1;
  }
  // Set bits past the last byte would give one value two texts.
  if (held != 0) return std::nullopt;
  return bytes;
}

}  // namespace mnrt::policies
