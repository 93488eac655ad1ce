#pragma once

#include <cstdint>
#include <string_view>

#include "policies/ledger/outcome.hpp"

namespace mnrt::messages {

/// Why bytes are not what they claim to be. A value that was decoded has exactly one encoding, the one it
/// came from.
enum class DecodeError : std::uint8_t {
  too_large,            ///< over its limit in policies/limits.hpp
  truncated,            ///< empty, or not a whole number of 8-byte words
  malformed,            ///< a pointer that leads nowhere, text without its end, a size that isn't the field's
  not_canonical,        ///< another encoding of the value exists, and that one is the canonical
  unknown_field,        ///< set bits or pointers that this version doesn't know
  unknown_variant,      ///< an operation, message or enumerator that this version doesn't know
  unsupported_version,  ///< a protocol version that this binary doesn't speak
  missing_field,        ///< a pointer that must be there is null
  wrong_length,         ///< a list or data of a length that its field doesn't have
  out_of_range,         ///< a number outside its field's range
  not_sorted,           ///< a list that must be sorted and free of duplicates is not
  inconsistent,         ///< two parts of one message contradict each other
};

/// snake_case, for logs and the API's `detail`.
std::string_view name_of(DecodeError error);

/// How a transaction with this error is refused.
policies::Refusal refusal_of(DecodeError error);

}  // namespace mnrt::messages
