#include "runtime/node/prober.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <caf/all.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "actors/mail/registry.hpp"
#include "policies/registry/endpoint.hpp"
#include "policies/registry/probe_target.hpp"

namespace mnrt::runtime {
namespace {

using actors::Probe;
using actors::Probed;

/// Closes a socket when it goes.
class Socket {
 public:
  explicit Socket(int handle) : handle_(handle) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (handle_ >= 0) ::close(handle_);
  }
  int handle() const { return handle_; }

 private:
  int handle_;
};

struct Rules {
  std::vector<policies::IpNetwork> allow;
  int timeout_ms{};
};

policies::IpAddress address_of(const sockaddr& address) {
  policies::IpAddress ip;
  if (address.sa_family == AF_INET) {
    ip.bytes[10] = ip.bytes[11] = 0xff;
    std::memcpy(ip.bytes.data() + 12, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
  } else {
    std::memcpy(ip.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
  }
  return ip;
}

bool wait_for(int handle, short events, int timeout_ms) {
  pollfd one{handle, events, 0};
  return ::poll(&one, 1, timeout_ms) == 1 && (one.revents & events) != 0;
}

/// Asks for the path and reads the status line: below 400 is healthy.
Probed ask_http(int handle, const policies::Endpoint& endpoint, int timeout_ms) {
  const auto request =
      "GET " + endpoint.path + " HTTP/1.1\r\nHost: " + endpoint.host + "\r\nConnection: close\r\n\r\n";
  if (::send(handle, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return {false, "the connection broke while asking"};
  std::string line;
  while (line.size() < 12) {
    char piece[64];
    if (!wait_for(handle, POLLIN, timeout_ms)) return {false, "no HTTP answer in time"};
    const auto got = ::recv(handle, piece, sizeof piece, 0);
    if (got <= 0) return {false, "the connection ended before an HTTP answer"};
    line.append(piece, static_cast<std::size_t>(got));
  }
  if (!line.starts_with("HTTP/1.")) return {false, "the answer is not HTTP"};
  const auto status = std::atoi(line.c_str() + 9);
  if (status < 100 || status >= 400) return {false, "HTTP status " + std::to_string(status)};
  return {true, {}};
}

Probed try_address(const addrinfo& at, const policies::Endpoint& endpoint, const Rules& rules) {
  const auto verdict = policies::judge_probe_target(address_of(*at.ai_addr), rules.allow);
  if (verdict != policies::ProbeTarget::allowed)
    return {false, "the address is " + std::string{name_of(verdict)} + " and not in probe_allow"};
  const Socket socket{::socket(at.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (socket.handle() < 0) return {false, std::strerror(errno)};
  if (::connect(socket.handle(), at.ai_addr, at.ai_addrlen) != 0 && errno != EINPROGRESS)
    return {false, std::strerror(errno)};
  if (!wait_for(socket.handle(), POLLOUT, rules.timeout_ms)) return {false, "no connection in time"};
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket.handle(), SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) return {false, std::strerror(error)};
  // Of HTTPS the connection alone is tried: a probe has no say in whose certificate a service should have.
  if (endpoint.scheme != policies::EndpointScheme::http) return {true, {}};
  return ask_http(socket.handle(), endpoint, rules.timeout_ms);
}

Probed probe(const std::string& text, const Rules& rules) {
  const auto endpoint = policies::endpoint_from_text(text);
  if (!endpoint) return {false, "not an endpoint"};
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error =
          ::getaddrinfo(endpoint->host.c_str(), std::to_string(endpoint->port).c_str(), &hints, &found);
      error != 0)
    return {false, ::gai_strerror(error)};
  Probed answer{false, "no address"};
  for (const auto* at = found; at != nullptr && !answer.healthy; at = at->ai_next)
    answer = try_address(*at, *endpoint, rules);
  ::freeaddrinfo(found);
  return answer;
}

/// Has a thread of its own: resolving and connecting block.
actors::prober_actor::behavior_type prober(actors::prober_actor::pointer, Rules rules) {
  return {[rules](const Probe& order) { return probe(order.endpoint, rules); }};
}

}  // namespace

std::function<actors::prober_actor(caf::actor_system&)> prober_factory(
    const policies::RegistryConfig& config) {
  Rules rules;
  rules.timeout_ms = static_cast<int>(config.health_check_timeout_ms);
  for (const auto& network : config.probe_allow)
    if (auto parsed = policies::network_from_text(network)) rules.allow.push_back(*parsed);
  return [rules](caf::actor_system& system) { return system.spawn<caf::detached>(prober, rules); };
}

}  // namespace mnrt::runtime
