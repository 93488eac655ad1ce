#include "runtime/node/prober.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <caf/all.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "actors/mail/registry.hpp"
#include "policies/registry/endpoint.hpp"
#include "policies/registry/probe_target.hpp"

namespace mnrt::runtime {
namespace {

using actors::Probe;
using actors::Probed;

/// Closes a socket, or another descriptor, when it goes.
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

using Clock = std::chrono::steady_clock;

constexpr std::size_t workers_max = 8;     ///< probes tried at once, each on a thread of its own
constexpr std::size_t waiting_max = 64;    ///< probes that wait for a worker; more are refused
constexpr std::size_t resolving_max = 64;  ///< names being resolved, those that were given up included
constexpr std::size_t addresses_max = 8;   ///< of one name that are tried
constexpr std::chrono::milliseconds poll_max{60'000};

struct Rules {
  std::vector<policies::IpNetwork> allow;
  std::chrono::milliseconds timeout{};
};

/// What all probes share. Lives as long as the last thread that resolves a name.
struct Shared {
  Socket stop{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};  ///< readable from the prober's end on
  std::atomic<std::size_t> resolving{};

  void end() const { ::eventfd_write(stop.handle(), 1); }
};

/// One probe's bounds.
struct Bounds {
  Clock::time_point deadline;  ///< of all that the probe does
  int stop;
};

/// Nothing: it was not tried to the end, which says nothing about the service.
using Outcome = std::optional<Probed>;

enum class Waited { ready, late, stopped };

Waited wait_for(int handle, short events, const Bounds& bounds) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(bounds.deadline - Clock::now());
    if (left.count() <= 0) return Waited::late;
    pollfd both[] = {{handle, events, 0}, {bounds.stop, POLLIN, 0}};
    if (::poll(both, 2, static_cast<int>(std::min(left, poll_max).count())) <= 0) continue;
    if (both[1].revents != 0) return Waited::stopped;
    if (both[0].revents != 0) return Waited::ready;
  }
}

Outcome late_or_stopped(Waited waited, const char* what) {
  if (waited == Waited::stopped) return std::nullopt;
  return Probed{false, what};
}

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

/// Asks for the path and reads the status line: below 400 is healthy.
Outcome ask_http(int handle, const policies::Endpoint& endpoint, const Bounds& bounds) {
  const auto request =
      "GET " + endpoint.path + " HTTP/1.1\r\nHost: " + endpoint.host + "\r\nConnection: close\r\n\r\n";
  // Never waits: the socket is new, and its buffer holds more than an endpoint's longest text.
  if (::send(handle, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
    return Probed{false, "the connection broke while asking"};
  std::string line;
  while (line.size() < 12) {
    char piece[64];
    const auto waited = wait_for(handle, POLLIN, bounds);
    if (waited != Waited::ready) return late_or_stopped(waited, "no HTTP answer in time");
    const auto got = ::recv(handle, piece, sizeof piece, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got <= 0) return Probed{false, "the connection ended before an HTTP answer"};
    line.append(piece, static_cast<std::size_t>(got));
  }
  if (!line.starts_with("HTTP/1.")) return Probed{false, "the answer is not HTTP"};
  const auto status = std::atoi(line.c_str() + 9);
  if (status < 100 || status >= 400) return Probed{false, "HTTP status " + std::to_string(status)};
  return Probed{true, {}};
}

/// `left` addresses of the name are untried, this one included.
Outcome try_address(const addrinfo& at, std::size_t left, const policies::Endpoint& endpoint,
                    const Rules& rules, const Bounds& bounds) {
  const auto verdict = policies::judge_probe_target(address_of(*at.ai_addr), rules.allow);
  if (verdict != policies::ProbeTarget::allowed)
    return Probed{false, "the address is " + std::string{name_of(verdict)} + " and not in probe_allow"};
  const Socket socket{::socket(at.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (socket.handle() < 0) return Probed{false, std::strerror(errno)};
  if (::connect(socket.handle(), at.ai_addr, at.ai_addrlen) != 0 && errno != EINPROGRESS)
    return Probed{false, std::strerror(errno)};
  // An equal share of what is left, so that one address that drops packets leaves time for the others.
  const auto now = Clock::now();
  const Bounds share{now + (bounds.deadline - now) / static_cast<int>(left), bounds.stop};
  const auto waited = wait_for(socket.handle(), POLLOUT, share);
  if (waited != Waited::ready) return late_or_stopped(waited, "no connection in time");
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket.handle(), SOL_SOCKET, SO_ERROR, &error, &length);
  if (error != 0) return Probed{false, std::strerror(error)};
  // Of HTTPS the connection alone is tried: a probe has no say in whose certificate a service should have.
  if (endpoint.scheme != policies::EndpointScheme::http) return Probed{true, {}};
  return ask_http(socket.handle(), endpoint, bounds);
}

/// A name that is being resolved. getaddrinfo can't be told to stop, so it has a thread that may outlive the
/// probe and touches nothing but this.
struct Resolving {
  std::string host;
  std::string port;
  int flags{};
  int error{};
  addrinfo* found{};
  Socket done{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::atomic<bool> is_done{};

  Resolving(const policies::Endpoint& endpoint, int flags)
      : host(endpoint.host), port(std::to_string(endpoint.port)), flags(flags) {}
  Resolving(const Resolving&) = delete;
  Resolving& operator=(const Resolving&) = delete;
  ~Resolving() {
    if (found != nullptr) ::freeaddrinfo(found);
  }

  void run() {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
    is_done.store(true, std::memory_order_release);
    ::eventfd_write(done.handle(), 1);
  }
};

/// False when there is no thread for it.
bool resolve_aside(const std::shared_ptr<Resolving>& name, const std::shared_ptr<Shared>& shared) {
  if (shared->resolving.fetch_add(1) >= resolving_max || name->done.handle() < 0) {
    --shared->resolving;
    return false;
  }
  try {
    std::thread([name, shared] {
      name->run();
      --shared->resolving;
    }).detach();
  } catch (const std::system_error&) {
    --shared->resolving;
    return false;
  }
  return true;
}

Outcome try_addresses(const addrinfo* found, const policies::Endpoint& endpoint, const Rules& rules,
                      const Bounds& bounds) {
  std::size_t left = 0;
  for (const auto* at = found; at != nullptr && left < addresses_max; at = at->ai_next) ++left;
  Outcome answer{Probed{false, "no address"}};
  for (const auto* at = found; left > 0 && answer && !answer->healthy; at = at->ai_next)
    answer = try_address(*at, left--, endpoint, rules, bounds);
  return answer;
}

Outcome probe(const std::string& text, const Rules& rules, const std::shared_ptr<Shared>& shared) {
  const Bounds bounds{Clock::now() + rules.timeout, shared->stop.handle()};
  const auto endpoint = policies::endpoint_from_text(text);
  if (!endpoint) return Probed{false, "not an endpoint"};
  Resolving address{*endpoint, AI_NUMERICHOST};
  address.run();
  if (address.error == 0) return try_addresses(address.found, *endpoint, rules, bounds);
  const auto name = std::make_shared<Resolving>(*endpoint, 0);
  if (!resolve_aside(name, shared)) return std::nullopt;
  const auto waited = wait_for(name->done.handle(), POLLIN, bounds);
  if (waited != Waited::ready || !name->is_done.load(std::memory_order_acquire))
    return late_or_stopped(waited, "the name was not resolved in time");
  if (name->error != 0) return Probed{false, ::gai_strerror(name->error)};
  return try_addresses(name->found, *endpoint, rules, bounds);
}

/// Tries one endpoint after the other, on a thread of its own: it waits in poll.
actors::prober_actor::behavior_type worker(actors::prober_actor::pointer, Rules rules,
                                           std::shared_ptr<Shared> shared) {
  return {[rules = std::move(rules), shared = std::move(shared)](const Probe& order) -> caf::result<Probed> {
    if (auto outcome = probe(order.endpoint, rules, shared)) return std::move(*outcome);
    return caf::make_error(caf::sec::runtime_error, "not tried");
  }};
}

struct State {
  struct Order {
    Probe probe;
    caf::typed_response_promise<Probed> answer;
  };

  Rules rules;
  std::shared_ptr<Shared> shared{std::make_shared<Shared>()};
  std::size_t workers{};
  std::vector<actors::prober_actor> idle;
  std::deque<Order> waiting;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  // The workers hear of the prober's end only between two probes, so the probe under way is ended here.
  ~State() { shared->end(); }
};

using Prober = actors::prober_actor::stateful_pointer<State>;

/// Gives the orders that wait to workers, of which as many are made as are needed.
void hand_out(Prober self) {
  auto& state = self->state;
  while (!state.waiting.empty() && (!state.idle.empty() || state.workers < workers_max)) {
    if (state.idle.empty()) {
      state.idle.push_back(self->spawn<caf::linked + caf::detached>(worker, state.rules, state.shared));
      ++state.workers;
    }
    const auto to = std::move(state.idle.back());
    state.idle.pop_back();
    auto order = std::move(state.waiting.front());
    state.waiting.pop_front();
    const auto free = [self, to] {
      self->state.idle.push_back(to);
      hand_out(self);
    };
    self->request(to, caf::infinite, std::move(order.probe))
        .then(
            [free, answer = order.answer](Probed& found) mutable {
              answer.deliver(std::move(found));
              free();
            },
            [free, answer = order.answer](caf::error& error) mutable {
              answer.deliver(std::move(error));
              free();
            });
  }
}

actors::prober_actor::behavior_type prober(Prober self, Rules rules) {
  self->state.rules = std::move(rules);
  return {[self](const Probe& order) -> caf::result<Probed> {
    auto answer = self->make_response_promise<Probed>();
    if (self->state.waiting.size() >= waiting_max)
      return answer.deliver(caf::make_error(caf::sec::runtime_error, "too many probes wait"));
    self->state.waiting.push_back({order, answer});
    hand_out(self);
    return answer;
  }};
}

}  // namespace

std::function<actors::prober_actor(caf::actor_system&)> prober_factory(
    const policies::RegistryConfig& config) {
  Rules rules;
  rules.timeout =
      std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(config.health_check_timeout_ms)};
  for (const auto& network : config.probe_allow)
    if (auto parsed = policies::network_from_text(network)) rules.allow.push_back(*parsed);
  return [rules](caf::actor_system& system) { return system.spawn(prober, rules); };
}

}  // namespace mnrt::runtime
