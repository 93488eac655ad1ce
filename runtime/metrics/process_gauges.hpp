#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

#include "actors/ports.hpp"
#include "policies/amount.hpp"

namespace mnrt::runtime {

class Metrics;

/// The Gauges port of a real node: what this process takes of its budget, from /proc and the data directory.
class ProcessGauges final : public actors::Gauges {
 public:
  struct Budget {
    std::uint64_t memory_bytes{};                  ///< total_ram_mb
    policies::Share memory_pressure{900'000'000};  ///< of `memory_bytes`: from here on load is shed
    std::uint64_t cpu_cores{};
    std::uint64_t disk_bytes{};  ///< storage_gb
    std::filesystem::path data_dir;
  };
  /// `connections` counts open client connections; may be empty. `metrics`, if any, gets each reading as
  /// gauges and outlives this.
  ProcessGauges(Budget budget, std::function<std::uint64_t()> connections, Metrics* metrics);
  ~ProcessGauges() override;

  /// CPU since the last reading (at least 100 ms apart; in between the last one is repeated), resident memory
  /// now, the data directory's size at most 10 s ago.
  actors::GaugeReading read() const override;

  /// Resident memory now, in parts per billion of its budget.
  std::uint64_t memory_ppb() const;

  /// The data directory's size at most 10 s ago, in parts per billion of its budget. From any thread.
  std::uint64_t disk_ppb() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mnrt::runtime
