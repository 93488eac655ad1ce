#include "runtime/node/prober.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <caf/all.hpp>
#include <catch2/catch.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "actors/mail/registry.hpp"
#include "policies/config.hpp"

using namespace mnrt;
using namespace mnrt::runtime;

namespace {

using namespace std::chrono_literals;

/// Accepts one connection on loopback and does with it what the test says, on a thread of its own.
class Service {
 public:
  explicit Service(std::function<void(int)> serve) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, length) != 0 || ::listen(listener_, 1) != 0 ||
        ::getsockname(listener_, generic, &length) != 0)
      throw std::runtime_error("no socket for the test");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, serve = std::move(serve)] {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      serve(client);
      ::close(client);
    });
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  actors::Probe probe() const { return {"http://127.0.0.1:" + std::to_string(port_) + "/"}; }

 private:
  int listener_;
  int port_{};
  std::thread thread_;
};

void send_text(int client, const std::string& text) {
  (void)::send(client, text.data(), text.size(), MSG_NOSIGNAL);
}

/// Reads until the client goes.
void stay_silent(int client) {
  char piece[512];
  while (::recv(client, piece, sizeof piece, 0) > 0) {
  }
}

struct Quiet : caf::actor_system_config {
  Quiet() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", 2);
    set("logger.verbosity", caf::atom("quiet"));
  }
};

struct Bench {
  Quiet settings;
  caf::actor_system system{settings};
  actors::prober_actor prober;

  explicit Bench(std::chrono::milliseconds timeout) {
    policies::RegistryConfig config;
    config.health_check_timeout_ms = static_cast<std::uint64_t>(timeout.count());
    config.probe_allow = {"127.0.0.0/8"};
    prober = prober_factory(config)(system);
  }
  ~Bench() { caf::anon_send_exit(prober, caf::exit_reason::user_shutdown); }

  actors::Probed ask(const actors::Probe& probe) {
    caf::scoped_actor self{system};
    actors::Probed found;
    self->request(prober, caf::infinite, probe)
        .receive([&](actors::Probed& answer) { found = std::move(answer); },
                 [&](const caf::error& error) { found.reason = "error " + self->system().render(error); });
    return found;
  }
};

}  // namespace

TEST_CASE("a service that answers below 400 is healthy, and one that answers 500 is not", "[prober]") {
  Bench bench(1h);
  const auto answers = [](const char* line) {
    return [line](int client) {
      send_text(client, line);
      stay_silent(client);
    };
  };
  const Service good(answers("HTTP/1.1 204 No Content\r\n\r\n"));
  CHECK(bench.ask(good.probe()).healthy);
  const Service bad(answers("HTTP/1.1 500 Internal Server Error\r\n\r\n"));
  CHECK(bench.ask(bad.probe()).reason == "HTTP status 500");
}

TEST_CASE("an answer that drips in beyond the probe's one deadline is no answer in time", "[prober]") {
  Bench bench(1s);
  // Each byte comes within the time-out, all of them together don't.
  const Service dripping([](int client) {
    for (const char byte : std::string{"HTTP/1.1 200 OK\r\n\r\n"}) {
      std::this_thread::sleep_for(200ms);
      if (::send(client, &byte, 1, MSG_NOSIGNAL) != 1) return;
    }
  });
  const auto found = bench.ask(dripping.probe());
  CHECK(!found.healthy);
  CHECK(found.reason == "no HTTP answer in time");
}

TEST_CASE("a service that stays silent holds up neither other probes nor the prober's end", "[prober]") {
  std::promise<void> reached;
  std::atomic<bool> left{};
  const Service silent([&](int client) {
    reached.set_value();
    stay_silent(client);
    left = true;
  });
  {
    Bench bench(24h);
    caf::anon_send(bench.prober, silent.probe());
    reached.get_future().wait();
    const Service good([](int client) {
      send_text(client, "HTTP/1.1 200 OK\r\n\r\n");
      stay_silent(client);
    });
    CHECK(bench.ask(good.probe()).healthy);
    CHECK(!left);
  }
  SUCCEED("the actor system ended within a day");
}
