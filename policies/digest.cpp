#include "policies/digest.hpp"

#include <algorithm>
#include <cstring>

namespace mnrt::policies {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::optional<std::uint8_t> nibble(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

std::size_t DigestHash::operator()(const Digest& digest) const noexcept {
  constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15;  // 2^64 over the golden ratio
  // Where the loader placed this differs from process to process.
  static constexpr char somewhere{};
  std::uint64_t word{};
  std::memcpy(&word, digest.bytes.data(), sizeof word);
  word = (word ^ reinterpret_cast<std::uintptr_t>(&somewhere)) * odd;
  return static_cast<std::size_t>(word ^ word >> 32);
}

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (auto byte : bytes) {
    text += hex_digits[byte >> 4];
    text += hex_digits[byte & 15];
  }
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    auto high = nibble(text[i]);
    auto low = nibble(text[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *low));
  }
  return bytes;
}

std::optional<Digest> digest_from_hex(std::string_view text) {
  auto bytes = from_hex(text);
  if (!bytes || bytes->size() != sizeof(Digest::bytes)) return std::nullopt;
  Digest digest;
  std::ranges::copy(*bytes, digest.bytes.begin());
  return digest;
}

}  // namespace mnrt::policies
