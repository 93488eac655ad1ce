#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <vector>

#include "policies/bytes.hpp"
#include "policies/keys.hpp"
#include "runtime/cli/bench/bench_node.hpp"
#include "runtime/cli/bench/load.hpp"

namespace mnrt::runtime {

struct MeasureOptions {
  std::chrono::seconds warm_up{10};
  std::chrono::seconds measured{60};
  std::size_t in_flight{8};  ///< requests at once, each on a connection of its own
};

/// What a node did within the measured time.
struct Measured {
  std::chrono::duration<double> time{};
  std::uint64_t committed{};  ///< transactions whose final status was answered
  std::uint64_t retries{};    ///< requests that were refused for now and sent again
  std::chrono::microseconds cpu{};
  /// Processor time of one signature verification beside the load, on one thread, in microseconds.
  double verify_us{};
  std::vector<std::chrono::microseconds>
      latencies;  ///< of requests, from the first byte to the last final status; sorted

  double per_second() const { return static_cast<double>(committed) / time.count(); }
  double cpu_us_per_transaction() const {
    return committed == 0 ? 0 : static_cast<double>(cpu.count()) / static_cast<double>(committed);
  }
  /// In milliseconds; `share` from 0 to 1.
  double latency_ms(double share) const;
};

/// Drives the batch route with what was signed ahead: `in_flight` batches wait for their final status at a
/// time.
std::expected<Measured, Failure> measure_batches(const BenchNode& node, SignedAhead& load,
                                                 const MeasureOptions& options);

/// Drives the JSON routes with `in_flight` clients of several keys each: prepare, sign and post one
/// transaction a key, then wait for their final statuses.
std::expected<Measured, Failure> measure_json(const BenchNode& node, const LoadAccounts& accounts,
                                              const MeasureOptions& options);

/// What a signature verification of libsodium costs on one thread. Each is of another signer's message, as a
/// node meets them: one and the same over and over is some 5 % cheaper, because the processor learns its
/// branches.
class Yardstick {
 public:
  Yardstick();
  /// Mean processor time of the next `count` verifications, in microseconds.
  double verify_us(std::size_t count);

 private:
  struct Signed {
    policies::PublicKey key;
    policies::Bytes message;
    policies::Signature signature;
  };
  std::vector<Signed> signed_;
  std::size_t next_{};
};

}  // namespace mnrt::runtime
