#include "messages/decode_error.hpp"

namespace mnrt::messages {

std::string_view name_of(DecodeError error) {
  switch (error) {
    case DecodeError::too_large:
      return "too_large";
    case DecodeError::truncated:
      return "truncated";
    case DecodeError::malformed:
      return "malformed";
    case DecodeError::not_canonical:
      return "not_canonical";
    case DecodeError::unknown_field:
      return "unknown_field";
    case DecodeError::unknown_variant:
      return "unknown_variant";
    case DecodeError::unsupported_version:
      return "unsupported_version";
    case DecodeError::missing_field:
      return "missing_field";
    case DecodeError::wrong_length:
      return "wrong_length";
    case DecodeError::out_of_range:
      return "out_of_range";
    case DecodeError::not_sorted:
      return "not_sorted";
    case DecodeError::inconsistent:
      return "inconsistent";
  }
  return "malformed";
}

policies::Refusal refusal_of(DecodeError error) {
  switch (error) {
    case DecodeError::too_large:
      return policies::Refusal::too_large;
    case DecodeError::unsupported_version:
      return policies::Refusal::unsupported_version;
    default:
      return policies::Refusal::malformed;
  }
}

}  // namespace mnrt::messages
