#include "runtime/metrics/process_gauges.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <mutex>
#include <string>
#include <system_error>

#include "policies/amount.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/metrics/process_use.hpp"

namespace mnrt::runtime {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto cpu_interval_min = std::chrono::milliseconds(100);
constexpr auto disk_interval = std::chrono::seconds(10);

std::uint64_t ppb(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return 0;
  return static_cast<std::uint64_t>(policies::uint128{part} * policies::whole_ppb / whole);
}

constexpr auto own = "self";

/// Files come and go while this walks: what is gone counts nothing.
std::uint64_t size_of(const std::filesystem::path& folder) {
  std::uint64_t bytes{};
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(folder, error);
  while (!error && at != std::filesystem::recursive_directory_iterator()) {
    std::error_code gone;
    if (at->is_regular_file(gone) && !gone) {
      const auto size = at->file_size(gone);
      if (!gone) bytes += size;
    }
    at.increment(error);
  }
  return bytes;
}

}  // namespace

struct ProcessGauges::Impl {
  Budget budget;
  std::function<std::uint64_t()> connections;
  Metrics* metrics;
  std::mutex mutex;
  Clock::time_point cpu_read_at{Clock::now()};
  std::chrono::microseconds cpu_read{cpu_time_of(own)};
  std::uint64_t cpu_ppb{};
  Clock::time_point disk_read_at{};
  std::uint64_t disk_bytes{};

  /// Under the mutex.
  void read_disk(Clock::time_point now) {
    if (disk_read_at != Clock::time_point{} && now - disk_read_at < disk_interval) return;
    disk_bytes = budget.data_dir.empty() ? 0 : size_of(budget.data_dir);
    disk_read_at = now;
  }

  std::uint64_t memory_bytes() {
    const auto bytes = resident_bytes_of(own);
    if (metrics != nullptr) {
      metrics->set("resident_memory_bytes", static_cast<double>(bytes));
      metrics->set("memory_budget_ratio", static_cast<double>(ppb(bytes, budget.memory_bytes)) / 1e9);
    }
    return bytes;
  }
};

ProcessGauges::ProcessGauges(Budget budget, std::function<std::uint64_t()> connections, Metrics* metrics)
    : impl_(std::make_unique<Impl>()) {
  impl_->budget = std::move(budget);
  impl_->connections = std::move(connections);
  impl_->metrics = metrics;
}

ProcessGauges::~ProcessGauges() = default;

std::uint64_t ProcessGauges::memory_ppb() const {
  return ppb(impl_->memory_bytes(), impl_->budget.memory_bytes);
}

std::uint64_t ProcessGauges::disk_ppb() const {
  auto& my = *impl_;
  std::lock_guard lock(my.mutex);
  my.read_disk(Clock::now());
  return ppb(my.disk_bytes, my.budget.disk_bytes);
}

actors::GaugeReading ProcessGauges::read() const {
  auto& my = *impl_;
  std::lock_guard lock(my.mutex);
  const auto now = Clock::now();
  if (const auto passed = now - my.cpu_read_at; passed >= cpu_interval_min) {
    const auto used = cpu_time_of(own);
    const auto passed_us = std::chrono::duration_cast<std::chrono::microseconds>(passed).count();
    const auto cores = std::max<std::uint64_t>(my.budget.cpu_cores, 1);
    my.cpu_ppb = ppb(static_cast<std::uint64_t>((used - my.cpu_read).count()),
                     static_cast<std::uint64_t>(passed_us) * cores);
    my.cpu_read = used;
    my.cpu_read_at = now;
  }
  my.read_disk(now);
  actors::GaugeReading reading;
  reading.cpu_ppb = my.cpu_ppb;
  reading.memory_bytes = my.memory_bytes();
  reading.memory_ppb = ppb(reading.memory_bytes, my.budget.memory_bytes);
  reading.disk_ppb = ppb(my.disk_bytes, my.budget.disk_bytes);
  reading.connections = my.connections ? my.connections() : 0;
  if (my.metrics != nullptr) {
    const auto ratio = [](std::uint64_t parts) { return static_cast<double>(parts) / 1e9; };
    my.metrics->set("cpu_ratio", ratio(reading.cpu_ppb));
    my.metrics->set("disk_bytes", static_cast<double>(my.disk_bytes));
    my.metrics->set("disk_budget_ratio", ratio(reading.disk_ppb));
    my.metrics->set("client_connections", static_cast<double>(reading.connections));
  }
  return reading;
}

}  // namespace mnrt::runtime
