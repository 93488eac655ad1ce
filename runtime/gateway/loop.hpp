#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <system_error>

// What sessions need of the network, so that they run over sockets in the node and over scripted bytes and
// virtual time in tests.
namespace mnrt::runtime {

/// A time-out that is pending; its end cancels it.
class Timer {
 public:
  virtual ~Timer() = default;
};

/// The server's one thread.
class Loop {
 public:
  virtual ~Loop() = default;
  /// From any thread; runs later on the loop's.
  virtual void post(std::function<void()> task) = 0;
  /// On the loop's thread.
  virtual std::unique_ptr<Timer> after(std::chrono::milliseconds delay, std::function<void()> task) = 0;
  /// What budgets and durations are measured by; only ever grows.
  virtual std::chrono::steady_clock::time_point now() const = 0;
};

/// An open connection: bytes in, bytes out. One read and one write may be open at a time.
class Transport {
 public:
  virtual ~Transport() = default;
  /// `done` gets the count of bytes, above zero, or an error (the end of the stream is one). `into` lives
  /// until then.
  virtual void read(std::span<char> into, std::function<void(std::error_code, std::size_t)> done) = 0;
  /// Writes all or fails.
  virtual void write(std::string bytes, std::function<void(std::error_code)> done) = 0;
  /// Ends the connection after what was written; open operations fail. Idempotent.
  virtual void close() = 0;
};

}  // namespace mnrt::runtime
