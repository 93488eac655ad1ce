// Cap'n Proto 0.9.2 leaves these two out under C++20 and counts on reversed comparison. Newer clangs (P2468) don't
// reverse an operator== that has an operator!= beside it, so blob.h doesn't compile without them.
#pragma once
#include <kj/string.h>

namespace kj {
inline bool operator==(const char* a, const StringPtr& b) { return b == StringPtr(a); }
inline bool operator!=(const char* a, const StringPtr& b) { return !(b == StringPtr(a)); }
}  // namespace kj
