#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policies/bytes.hpp"

namespace mnrt::policies {

/// RFC 4648, section 4, with padding and without line breaks.
std::string to_base64(ByteView bytes);

/// The bytes that `text` writes; nothing for what `to_base64` would never write: another alphabet, missing
/// padding, bits that are set past the last byte, white space. So every value has exactly one text.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace mnrt::policies
