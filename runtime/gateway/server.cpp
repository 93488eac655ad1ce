#include "runtime/gateway/server.hpp"

#include <algorithm>
#include <future>

#include "runtime/gateway/events.hpp"
#include "runtime/gateway/network.hpp"
#include "runtime/gateway/tls.hpp"
#include "runtime/metrics/metrics.hpp"

namespace mnrt::runtime {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds housekeeping_interval{3'600'000};
constexpr milliseconds drain_look_interval{10};
constexpr milliseconds goodbye_time{300};  // for the last bytes of what was answered

std::string url(std::string_view scheme, const std::string& address, std::uint16_t port) {
  const bool bracketed = address.find(':') != std::string::npos;
  return std::string{scheme} + "://" + (bracketed ? "[" + address + "]" : address) + ":" +
         std::to_string(port);
}

}  // namespace

ServerSettings server_settings(const policies::Config& config) {
  ServerSettings settings;
  settings.address = config.server.listen_address;
  settings.port = config.core.port;
  settings.tls = config.security.tls_enabled;
  settings.cert_file = config.security.cert_file;
  settings.key_file = config.security.key_file;
  settings.data_dir = config.server.data_dir;
  settings.metrics = config.monitoring.metrics_enabled;
  settings.metrics_address = config.monitoring.metrics_address;
  settings.metrics_port = config.monitoring.metrics_port;
  settings.rate_limit = config.security.rate_limiting_enabled;
  settings.requests_per_minute = config.security.max_requests_per_minute;
  settings.batch_transactions_per_minute = config.security.batch_transactions_per_minute;
  settings.notarisations_per_minute = config.notary.notarizations_per_minute;
  settings.allowed_hosts = config.security.allowed_hosts;
  settings.cors_origins = config.security.cors_origins;
  settings.header_bytes_max = config.security.max_request_header_bytes;
  settings.body_bytes_max = config.security.max_request_body_bytes;
  settings.request_timeout = milliseconds(config.security.request_timeout_ms);
  settings.connections_max = config.security.max_client_connections;
  settings.memory_pressure = config.scaling.memory_pressure_threshold;
  settings.name = config.server.name;
  return settings;
}

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(ServerSettings given, ServerWorld ports)
      : settings(std::move(given)), world(std::move(ports)), network(settings.connections_max) {}

  std::expected<void, std::string> open_tls(ServerAddresses& addresses) {
    if (!settings.tls) return {};
    if (!settings.cert_file.empty()) return network.use_certificate(settings.cert_file, settings.key_file);
    auto names = settings.allowed_hosts;
    names.push_back(settings.address);
    const auto files = prepare_tls(settings.data_dir / "tls", names);
    if (!files) return std::unexpected(files.error());
    addresses.ca_file = files->ca;
    return network.use_certificate(files->certificate, files->key);
  }

  std::expected<void, std::string> open_listeners(ServerAddresses& addresses) {
    const auto accepted = [this](std::unique_ptr<Transport> transport, ClientFacts client) {
      if (!context.draining) start_http_session(context, std::move(transport), std::move(client));
    };
    if (auto opened = network.listen(addresses.admin_socket, accepted); !opened)
      return std::unexpected(opened.error());
    const auto api = network.listen(
        {settings.address, settings.port, Door::api, settings.tls, "bpci_core.port"}, accepted);
    if (!api) return std::unexpected(api.error());
    addresses.api = url(settings.tls ? "https" : "http", settings.address, *api);
    if (!settings.metrics) return {};
    const auto metrics = network.listen(
        {settings.metrics_address, settings.metrics_port, Door::metrics, false, "monitoring.metrics_port"},
        accepted);
    if (!metrics) return std::unexpected(metrics.error());
    addresses.metrics = url("http", settings.metrics_address, *metrics) + "/metrics";
    return {};
  }

  std::expected<ServerAddresses, std::string> start() {
    ServerAddresses addresses;
    addresses.token_file = settings.data_dir / "api-token";
    addresses.admin_socket = settings.data_dir / "admin.sock";
    auto token = load_token(addresses.token_file);
    if (!token) return std::unexpected(token.error());
    backend.set_token(std::move(*token));
    if (auto opened = open_tls(addresses); !opened) return std::unexpected(opened.error());
    if (auto opened = open_listeners(addresses); !opened) {
      network.stop_listening();
      return std::unexpected(opened.error());
    }
    if (const auto tip = backend.view().tip(); tip && *tip) events.raise_tip(**tip);
    backend.watch_memory();
    backend.watch_disk();
    keep_house();
    network.start();
    running = true;
    backend.note({.code = "api_listening", .fields = {{"address", addresses.api}}});
    return addresses;
  }

  /// Old idempotency rows go; a certificate near its end is renewed, for connections from then on.
  void keep_house() {
    housekeeping = network.loop()->after(housekeeping_interval, [this] {
      dispatcher.sweep();
      ServerAddresses unused;
      if (const auto renewed = open_tls(unused); !renewed)
        backend.note({.level = policies::Note::Level::error,
                      .code = "certificate_not_renewed",
                      .fields = {{"why", renewed.error()}}});
      keep_house();
    });
  }

  void stop(milliseconds drain) {
    if (!running) return;
    running = false;
    std::promise<void> drained;
    network.loop()->post([&] {
      network.stop_listening();
      context.draining = true;
      for (const auto& session : std::vector(context.sessions.begin(), context.sessions.end()))
        session->drain();
      look(network.loop()->now() + drain, std::nullopt, drained);
    });
    drained.get_future().wait();
    network.stop();
    housekeeping.reset();
    looking.reset();
    for (const auto& session : std::vector(context.sessions.begin(), context.sessions.end()))
      session->abort();
  }

  using Moment = std::chrono::steady_clock::time_point;
  /// Until all sessions have ended and their last bytes had time to go, or the deadline comes.
  void look(Moment deadline, std::optional<Moment> all_ended, std::promise<void>& drained) {
    const auto now = network.loop()->now();
    if (context.sessions.empty() && !all_ended) all_ended = now;
    const bool gone = network.connections() == 0 || (all_ended && now - *all_ended >= goodbye_time);
    if ((context.sessions.empty() && gone) || now >= deadline) return drained.set_value();
    looking = network.loop()->after(drain_look_interval,
                                    [=, this, &drained] { look(deadline, all_ended, drained); });
  }

  ServerSettings settings;
  ServerWorld world;
  EventHub events;
  Network network;
  Backend backend{settings, world, network.loop(), events};
  Dispatcher dispatcher{backend};
  SessionContext context{backend, dispatcher, false, {}};
  std::unique_ptr<Timer> housekeeping;
  std::unique_ptr<Timer> looking;
  bool running{};
};

Server::Server(ServerSettings settings, ServerWorld world)
    : impl_(std::make_shared<Impl>(std::move(settings), std::move(world))) {}

Server::~Server() {
  stop(milliseconds(0));
}

std::expected<ServerAddresses, std::string> Server::start() {
  return impl_->start();
}
void Server::stop(milliseconds drain) {
  impl_->stop(drain);
}
std::uint64_t Server::connections() const {
  return impl_->network.connections();
}

void Server::connect(std::function<void(actors::api::Call)> to_actors) {
  impl_->network.loop()->post([me = impl_->weak_from_this(), to_actors = std::move(to_actors)] {
    if (auto self = me.lock()) self->backend.connect(to_actors);
  });
}

void Server::disconnect() {
  impl_->network.loop()->post([me = impl_->weak_from_this()] {
    if (auto self = me.lock()) self->backend.disconnect();
  });
}

void Server::block_final(std::shared_ptr<const actors::FinalBlock> block) {
  impl_->network.loop()->post([me = impl_->weak_from_this(), block = std::move(block)] {
    auto self = me.lock();
    if (!self) return;
    self->world.metrics->add("transactions_final", static_cast<double>(block->outcomes.size()));
    self->events.add(block);
  });
}

}  // namespace mnrt::runtime
