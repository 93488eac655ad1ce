#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/cli/api_client.hpp"

namespace mnrt::runtime {

/// A stream to a node: TCP, TLS over TCP, or a Unix socket. Every wait ends at one deadline.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  static std::expected<std::unique_ptr<Connection>, ApiError> open(const ApiAddress& address,
                                                                   const std::string& ca_file,
                                                                   Clock::time_point deadline);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  std::expected<void, ApiError> send(std::string_view bytes);

  /// What has come, at least one byte; empty: the other side ended the stream properly.
  std::expected<std::string, ApiError> receive();

 private:
  Connection(int fd, Clock::time_point deadline, std::string name)
      : fd_(fd), deadline_(deadline), name_(std::move(name)) {}
  std::expected<void, ApiError> wait_for(short events);
  std::expected<void, ApiError> start_tls(const ApiAddress& address, const std::string& ca_file);
  std::expected<bool, ApiError> retry_tls(int result);  ///< true: try again; false: the stream ended

  int fd_;
  Clock::time_point deadline_;
  std::string name_;  ///< for errors
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{nullptr, SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, SSL_free};
};

}  // namespace mnrt::runtime
