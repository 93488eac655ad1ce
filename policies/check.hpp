#pragma once

namespace mnrt::policies {

/// Writes what was violated and where to standard error and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace mnrt::policies

/// Guards safety (conservation, double signing, state root, sign state); stays on in release builds.
/// A crashed node is survivable, a wrong one is not.
#define MNRT_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::mnrt::policies::check_failed(#condition, __FILE__, __LINE__))
