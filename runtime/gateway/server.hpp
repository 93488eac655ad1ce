#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/api_calls.hpp"
#include "actors/ports.hpp"
#include "policies/config.hpp"

namespace mnrt::runtime {

class Metrics;

/// What the server is told once. `server_settings` fills it from the node's config.
struct ServerSettings {
  std::string address{"127.0.0.1"};  ///< IPv4 or IPv6, of the API
  std::uint16_t port{8080};          ///< 0: any free one, see `Server::port`
  bool tls{true};
  std::filesystem::path cert_file;  ///< PEM; empty: the node makes its own under `data_dir`/tls
  std::filesystem::path key_file;   ///< PEM
  std::filesystem::path data_dir;   ///< holds tls/, api-token and admin.sock
  bool metrics{true};
  std::string metrics_address{"127.0.0.1"};
  std::uint16_t metrics_port{9180};  ///< 0: any free one
  bool rate_limit{true};
  std::uint64_t requests_per_minute{1'000};             ///< of one address
  std::uint64_t batch_transactions_per_minute{60'000};  ///< of one address
  std::uint64_t notarisations_per_minute{600};          ///< over all callers without the token
  std::vector<std::string> allowed_hosts;               ///< beside loopback names and the host's own
  std::vector<std::string> cors_origins;                ///< empty: no cross-origin answers
  std::uint64_t header_bytes_max{16'384};
  std::uint64_t body_bytes_max{4'259'840};
  std::chrono::milliseconds request_timeout{15'000};  ///< to receive a whole request
  std::uint64_t connections_max{1'000};
  std::uint64_t calls_max{1'024};  ///< calls to actors in flight
  std::uint64_t held_bytes_max{256 * 1'024 *
                               1'024};  ///< of bodies that come and answers that go, over all clients
  policies::Share memory_pressure{900'000'000};  ///< of the memory budget: from here on load is shed by name
  policies::Share disk_pressure{
      900'000'000};  ///< of the disk budget: from here on notarisations are refused by name
  std::chrono::milliseconds call_deadline{
      2'800};        ///< for an answer of the actors, on top of what a caller waits
  std::string name;  ///< of the server, for people
};

ServerSettings server_settings(const policies::Config& config);

/// Where the server listens; ports as they were bound.
struct ServerAddresses {
  std::string api;      ///< https://127.0.0.1:8080
  std::string metrics;  ///< http://127.0.0.1:9180/metrics, or empty
  std::filesystem::path
      ca_file;  ///< for `curl --cacert`; empty without TLS or with an operator's certificate
  std::filesystem::path token_file;  ///< the operator's API token
  std::filesystem::path admin_socket;
};

/// The ports that the server uses; all outlive it.
struct ServerWorld {
  const actors::Store* store{};
  const actors::WallClock* wall{};
  actors::Notes* notes{};
  Metrics* metrics{};
  std::function<bool(policies::LogLevel)> set_log_level;  ///< optional: for the administration socket
  std::function<std::uint64_t()>
      memory_ppb;  ///< what the node takes of its memory budget; optional: without it no load is shed
  std::function<std::uint64_t()>
      disk_ppb;  ///< what the node takes of its disk budget; optional: without it nothing is refused for that
};

/// The HTTP front end: the API on TLS 1.3, metrics on loopback, administration on a Unix socket. One thread
/// of its own serves all; reads come from snapshots of the store, writes go to the actors and come back by
/// post. It lives outside the actors and goes on answering while they restart.
class Server final : public actors::api::FrontEnd {
 public:
  Server(ServerSettings settings, ServerWorld world);
  ~Server() override;

  /// Makes or loads the TLS material and the token, binds all listeners and starts serving. The error is one
  /// line that says what is wrong and what to do ("port 8080 is in use …").
  std::expected<ServerAddresses, std::string> start();

  /// Stops accepting at once, lets requests in flight finish for at most `drain`, then closes what is left.
  /// Idempotent; the destructor calls it with zero.
  void stop(std::chrono::milliseconds drain);

  /// Open client connections; any thread.
  std::uint64_t connections() const;

  void connect(std::function<void(actors::api::Call)> to_actors) override;
  void disconnect() override;
  void block_final(std::shared_ptr<const actors::FinalBlock> block) override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace mnrt::runtime
