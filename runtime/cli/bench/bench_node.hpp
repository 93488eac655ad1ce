#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/cli/api_client.hpp"
#include "runtime/cli/output.hpp"

namespace mnrt::runtime {

/// SIGINT and SIGTERM.
sigset_t interrupts();

/// A node of this program that runs as a process of its own on loopback, in a data directory of its own which
/// is removed with it. From its start on this process takes `interrupts` only where it waits for them. Its
/// processor time is the node's alone, whatever the load's makers use.
class BenchNode {
 public:
  /// Starts `mnrt run CONFIG` on free ports and waits until it is ready. `settings`: further
  /// `section.key=value`.
  static std::expected<BenchNode, Failure> start(const std::string& config_file,
                                                 const std::vector<std::string>& settings);
  BenchNode(BenchNode&& other) noexcept;
  BenchNode& operator=(BenchNode&&) = delete;
  ~BenchNode();

  const std::filesystem::path& data_dir() const { return data_dir_; }
  const std::string& url() const { return url_; }
  ApiClient client() const;

  /// User and system time of all its threads since it started; to 10 ms.
  std::chrono::microseconds cpu_time() const;
  std::size_t resident_bytes() const;
  /// Most of what it ever held.
  std::size_t peak_resident_bytes() const;
  bool alive() const;

 private:
  BenchNode() = default;

  pid_t pid_{-1};
  std::filesystem::path data_dir_;
  std::string url_;
};

}  // namespace mnrt::runtime
