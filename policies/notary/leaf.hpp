#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policies/digest.hpp"
#include "policies/height.hpp"
#include "policies/time.hpp"

namespace mnrt::policies {

/// The log's name in checkpoints and leaves: `mnrt.invalid/` and the chain id's first 16 bytes in
/// hexadecimal.
std::string origin_of(const Digest& chain_id);

/// One notarisation. Its text is seven lines, each ended by a newline and nothing else:
///
///     mnrt.notarisation/v1
///     <origin>
///     <SHA-256 of the document, 64 lower-case hexadecimal characters>
///     <SHA-256 of salt ‖ label, likewise, or `-`>
///     <transaction id, likewise>
///     <height of the block, decimal without leading zeros>
///     <time of the block in ms since 1970 UTC, likewise>
struct Leaf {
  std::string origin;
  Digest document;    ///< SHA-256
  Digest label_hash;  ///< SHA-256 of salt ‖ label; zeros: no label
  Digest transaction;
  Height height;
  BlockTime time;  ///< not before 1970
  friend bool operator==(const Leaf&, const Leaf&) = default;
};

std::string to_text(const Leaf& leaf);

/// Exactly what `to_text` writes; nothing for anything else, so a leaf has one text.
std::optional<Leaf> leaf_from_text(std::string_view text);

/// Kept beside a receipt, never on the chain. The salt hides a guessable label; its length is fixed, so that
/// no byte can move from label to salt.
struct SaltedLabel {
  std::array<std::uint8_t, 16> salt{};
  std::string label;  ///< 1–1,024 bytes of UTF-8 without control characters
  friend bool operator==(const SaltedLabel&, const SaltedLabel&) = default;
};

/// SHA-256(salt ‖ label).
Digest label_hash(const SaltedLabel& label);

/// Two lines: `salt <32 hexadecimal characters>` and `label <text>`.
std::string to_text(const SaltedLabel& label);
std::optional<SaltedLabel> salted_label_from_text(std::string_view text);

}  // namespace mnrt::policies
