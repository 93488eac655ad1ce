#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mnrt::policies {

/// What a bech32m string says: a human-readable part and data in groups of five bits (0 to 31).
struct Bech32m {
  std::string human_part;
  std::vector<std::uint8_t> quintets;
  friend bool operator==(const Bech32m&, const Bech32m&) = default;
};

/// BIP 350, lower case. The human part is 1 to 83 characters of '!' to '~' without upper case letters.
std::string encode_bech32m(const Bech32m& words);

/// BIP 350; nothing for a wrong length (over 90), character, mixed case, separator or checksum. The human
/// part comes back in lower case.
std::optional<Bech32m> decode_bech32m(std::string_view text);

}  // namespace mnrt::policies
