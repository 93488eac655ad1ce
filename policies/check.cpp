#include "policies/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace mnrt::policies {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr,
               "mnrt: a safety check failed: %s (%s:%d). The node stops rather than go on wrong; please "
               "report this line.\n",
               condition, file, line);
  std::abort();
}

}  // namespace mnrt::policies
