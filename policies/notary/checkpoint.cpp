#include "policies/notary/checkpoint.hpp"

#include <algorithm>

#include "policies/address.hpp"
#include "policies/notary/base64.hpp"
#include "policies/notary/text.hpp"

namespace mnrt::policies {

std::string to_text(const Checkpoint& checkpoint) {
  return checkpoint.origin + "\n" + std::to_string(checkpoint.head.size) + "\n" +
         to_base64(checkpoint.head.root.bytes) + "\n";
}

std::optional<Checkpoint> checkpoint_from_text(std::string_view text) {
  LineReader lines{text};
  const auto origin = lines.next();
  const auto size = decimal_from_text(lines.next().value_or(""));
  const auto root = from_base64(lines.next().value_or(""));
  if (!origin || !is_key_name(*origin) || !size || !root || !lines.at_end()) return std::nullopt;
  Checkpoint checkpoint{.origin = std::string{*origin}, .head = {.size = *size, .root = {}}};
  if (root->size() != checkpoint.head.root.bytes.size()) return std::nullopt;
  std::ranges::copy(*root, checkpoint.head.root.bytes.begin());
  return checkpoint;
}

NoteKey log_key_of(const std::string& origin, const Validator& seat) {
  return {.name = origin, .type = NoteKeyType::ed25519, .key = seat.log_key};
}

NoteKey cosigner_key_of(const std::string& origin, const Validator& seat) {
  return {.name = origin + "/" + to_bech32m(seat.address),
          .type = NoteKeyType::cosignature_v1,
          .key = seat.cosigner_key};
}

std::string_view name_of(LogSignVerdict verdict) {
  switch (verdict) {
    case LogSignVerdict::sign:
      return "sign";
    case LogSignVerdict::sign_again:
      return "sign_again";
    case LogSignVerdict::not_final:
      return "not_final";
    case LogSignVerdict::older_than_signed:
      return "older_than_signed";
    case LogSignVerdict::conflicting_root:
      return "conflicting_root";
    case LogSignVerdict::not_an_extension:
      return "not_an_extension";
  }
  return {};
}

LogSignVerdict may_sign(const LogSignState& state, const LogSignRequest& request) {
  if (request.head != request.final_head) return LogSignVerdict::not_final;
  if (!state.last) return LogSignVerdict::sign;
  const auto& last = *state.last;
  if (request.head.size < last.size) return LogSignVerdict::older_than_signed;
  if (request.head.size == last.size)
    return request.head == last ? LogSignVerdict::sign_again : LogSignVerdict::conflicting_root;
  return verify_consistency({.from = last, .to = request.head}, request.consistency)
             ? LogSignVerdict::sign
             : LogSignVerdict::not_an_extension;
}

}  // namespace mnrt::policies
