#pragma once

#include <cstdint>
#include <string>

namespace mnrt::runtime {

struct KeyError {
  enum class Kind : std::uint8_t {
    missing,           ///< no such key
    already_there,     ///< a key is never overwritten
    permissions,       ///< others may read it, or another user owns it
    wrong_passphrase,  ///< doesn't open the file, which may also be damaged
    damaged,           ///< not a key file of this version, byte for byte
    no_passphrase,     ///< no source gave one
    io,
  };
  Kind kind{Kind::io};
  std::string text;  ///< one line: what, where, and what to do next
};

}  // namespace mnrt::runtime
