#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

namespace mnrt::tests {

/// Accepts one connection on a Unix socket, reads a request up to its empty line, answers with fixed bytes
/// and closes; without bytes it stays silent until it goes.
class CannedServer {
 public:
  CannedServer(const std::filesystem::path& file, std::string answer) : answer_(std::move(answer)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, file.c_str(), sizeof(address.sun_path) - 1);
    listener_ = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
        listen(listener_, 1) != 0)
      throw std::runtime_error("no socket for the test");
    thread_ = std::thread([this] { serve(); });
  }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;
  ~CannedServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  /// The request as it came; complete once the client has its answer.
  std::string request() {
    shutdown(listener_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([] {});
    return request_;
  }

 private:
  void serve() {
    int client = accept(listener_, nullptr, nullptr);
    if (client < 0) return;
    char part[4096];
    while (request_.find("\r\n\r\n") == std::string::npos) {
      auto got = recv(client, part, sizeof(part), 0);
      if (got <= 0) break;
      request_.append(part, static_cast<std::size_t>(got));
    }
    if (answer_.empty())
      while (recv(client, part, sizeof(part), 0) > 0) {
      }
    for (std::size_t sent = 0; sent < answer_.size();) {
      auto n = send(client, answer_.data() + sent, answer_.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    close(client);
  }

  std::string answer_, request_;
  int listener_;
  std::thread thread_;
};

}  // namespace mnrt::tests
