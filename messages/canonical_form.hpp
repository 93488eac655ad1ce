#pragma once

#include <cstdint>
#include <span>

namespace mnrt::messages {

/// Whether words are one message in Cap'n Proto's canonical form (capnproto.org/encoding, Canonicalization):
/// one segment without a table; objects in pre-order, each behind the last, none twice and nothing left over;
/// structs without trailing zero words or null pointers; no far pointers and no capabilities. Stricter where
/// the form leaves room: no empty list and no list of nothings (a null pointer is the one empty), nesting of
/// at most 16. The library's own check ignores the upper bits of a list's tag word, so one value had two
/// encodings.
bool is_canonical(std::span<const std::uint64_t> words);

}  // namespace mnrt::messages
