#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policies/notes.hpp"

namespace mnrt::runtime {

/// The node's counters and gauges, as Prometheus reads them: prefix `mnrt_`, base units, `_total` for
/// counters. Every function may be called from any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  /// Counts a note under its role, code and level.
  void count(std::string_view role, const policies::Note& note);

  /// Counts a finished HTTP request under its route's operation name ("none" for a path that no route has).
  void count_request(std::string_view operation, unsigned status, std::chrono::microseconds took);

  /// Sets a gauge, `name` without the prefix: "resident_memory_bytes".
  void set(std::string_view name, double value);
  /// Adds to a counter, `name` without prefix and `_total`.
  void add(std::string_view name, double value);

  /// Prometheus text exposition format 0.0.4.
  std::string to_text() const;

  struct Sample {
    std::string name;
    std::string labels;  ///< `route="health",status="200"`, or empty
    double value{};
  };
  /// All counters and gauges, and count and sum of histograms, in the order of names.
  std::vector<Sample> samples() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mnrt::runtime
