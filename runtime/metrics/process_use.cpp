#include "runtime/metrics/process_use.hpp"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace mnrt::runtime {

std::chrono::microseconds cpu_time_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  // The command's name stands in parentheses and may hold anything: fields count from behind it.
  const auto behind = text.rfind(')');
  if (behind == std::string::npos) return {};
  std::istringstream fields(text.substr(behind + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::int64_t user{};
  std::int64_t system{};
  fields >> user >> system;
  return std::chrono::microseconds{(user + system) * 1'000'000 / sysconf(_SC_CLK_TCK)};
}

std::uint64_t resident_bytes_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/statm");
  std::uint64_t total_pages{};
  std::uint64_t resident_pages{};
  file >> total_pages >> resident_pages;
  return resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace mnrt::runtime
