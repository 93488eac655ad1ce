#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policies/digest.hpp"
#include "policies/notary/log.hpp"
#include "policies/notary/note.hpp"
#include "policies/validator_set.hpp"

namespace mnrt::policies {

/// A log head under its log's name (c2sp.org/tlog-checkpoint): three lines, origin, size, base64 of the root.
/// Extension lines are refused: no one could audit them.
struct Checkpoint {
  std::string origin;
  LogHead head;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

std::string to_text(const Checkpoint& checkpoint);
std::optional<Checkpoint> checkpoint_from_text(std::string_view text);

/// The log key of a seat; its name is the origin, as the format asks.
NoteKey log_key_of(const std::string& origin, const Validator& seat);

/// The cosigner key of a seat; its name is the origin, a slash and the seat's address.
NoteKey cosigner_key_of(const std::string& origin, const Validator& seat);

/// The last head that a log or cosigner key signed: one durable row, synced before a signature leaves.
struct LogSignState {
  std::optional<LogHead> last;
  friend bool operator==(const LogSignState&, const LogSignState&) = default;
};

enum class LogSignVerdict : std::uint8_t {
  sign,               ///< store the head, sync, then sign
  sign_again,         ///< the same head once more: nothing to store
  not_final,          ///< not the head that the final header carries
  older_than_signed,  ///< a smaller tree than one already signed
  conflicting_root,   ///< another root for a size already signed
  not_an_extension,   ///< the proof doesn't lead from the signed tree to this one
};
std::string_view name_of(LogSignVerdict verdict);

struct LogSignRequest {
  LogHead head;          ///< to be signed
  LogHead final_head;    ///< log_size and log_root of a header that this node holds as final
  LogProof consistency;  ///< from the last signed head, where there is one and it is smaller and not empty
};

/// The never-twice rule of the log: a key signs only heads of final headers, and each extends all that it
/// signed.
LogSignVerdict may_sign(const LogSignState& state, const LogSignRequest& request);

}  // namespace mnrt::policies
