#pragma once

#include <chrono>
#include <cstdint>
#include <string>

// What a process of this machine uses, from /proc. `process`: its id, or `self`. Zero where there is none.
namespace mnrt::runtime {

/// User and system time of all its threads since it started; to 10 ms.
std::chrono::microseconds cpu_time_of(const std::string& process);

/// Memory it holds now, in bytes.
std::uint64_t resident_bytes_of(const std::string& process);

}  // namespace mnrt::runtime
