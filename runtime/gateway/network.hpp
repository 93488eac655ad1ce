#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "runtime/gateway/loop.hpp"
#include "runtime/gateway/session.hpp"

namespace mnrt::runtime {

/// Sockets, TLS and timers behind one thread. Nothing outside network.cpp sees the library that does it.
class Network {
 public:
  /// A client that is ready to be served: past the TLS handshake, or of the same user on the Unix socket.
  using Accepted = std::function<void(std::unique_ptr<Transport>, ClientFacts)>;

  explicit Network(std::uint64_t connections_max);
  ~Network();

  std::shared_ptr<Loop> loop() const;

  /// From now on new connections of TLS listeners get this certificate. TLS 1.3 alone. The error is one line.
  std::expected<void, std::string> use_certificate(const std::filesystem::path& certificate,
                                                   const std::filesystem::path& key);

  struct TcpListener {
    std::string address;
    std::uint16_t port{};  ///< 0: any free one
    Door door{Door::api};
    bool tls{};
    std::string_view key;  ///< of the config, for errors: "bpci_core.port"
  };
  /// The port that was bound; the error is one line that says what to do.
  std::expected<std::uint16_t, std::string> listen(const TcpListener& listener, Accepted accepted);

  /// Mode 0600; a socket that nobody listens on any more is replaced.
  std::expected<void, std::string> listen(const std::filesystem::path& socket, Accepted accepted);

  void start();
  /// On the loop's thread: ends all listeners.
  void stop_listening();
  /// Ends the thread; what is open is closed.
  void stop();

  std::uint64_t connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mnrt::runtime
