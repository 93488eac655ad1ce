// Preloaded into a node, it shifts the machine's clock by the seconds that the file $WRONG_CLOCK holds: now,
// and while the node runs. The clocks that only measure time stay true. It allocates nothing, since
// allocators read clocks.
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdlib>

namespace {

int file_with_seconds() {
  const char* name = std::getenv("WRONG_CLOCK");
  return name == nullptr ? -1 : open(name, O_RDONLY | O_CLOEXEC);
}

long shift_seconds() {
  static const int file = file_with_seconds();
  char text[24]{};
  if (file < 0 || pread(file, text, sizeof text - 1, 0) <= 0) return 0;
  return std::strtol(text, nullptr, 10);
}

timespec wrong_time() {
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  now.tv_sec += shift_seconds();
  return now;
}

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* out) noexcept {
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)
    return static_cast<int>(syscall(SYS_clock_gettime, clock, out));
  *out = wrong_time();
  return 0;
}

extern "C" int gettimeofday(timeval* out, void*) noexcept {
  const auto now = wrong_time();
  *out = {now.tv_sec, now.tv_nsec / 1'000};
  return 0;
}

extern "C" time_t time(time_t* out) noexcept {
  const auto now = wrong_time();
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}
