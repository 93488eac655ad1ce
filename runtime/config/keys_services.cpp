#include "runtime/config/key.hpp"
#include "runtime/config/text_checks.hpp"

namespace mnrt::runtime {

using namespace policies;

std::vector<Key> service_keys() {
  constexpr auto security = &Config::security;
  constexpr auto monitoring = &Config::monitoring;
  constexpr auto genesis = &Config::genesis;
  return {
      make_key<security, &SecurityConfig::tls_enabled>(
          "security", "tls_enabled",
          {.comment = "The API speaks TLS 1.3. Off is allowed on loopback alone."}),
      make_key<security, &SecurityConfig::auto_generate_certificates>(
          "security", "auto_generate_certificates",
          {.comment = "The node makes its own certificate under its own authority, tls/ca.pem."}),
      make_key<security, &SecurityConfig::firewall_auto_configure>(
          "security", "firewall_auto_configure",
          {.comment = "Opens the role ports in the host's firewall.",
           .not_yet = "Nothing on the host is changed until it is asked for by a command."}),
      make_key<security, &SecurityConfig::rate_limiting_enabled>(
          "security", "rate_limiting_enabled", {.comment = "Limits requests by address and key."}),
      make_key<security, &SecurityConfig::max_requests_per_minute>(
          "security", "max_requests_per_minute",
          {.lowest = 1,
           .highest = 10'000'000,
           .comment = "Requests of one address or key; loopback and the API token are exempt."}),
      make_key<security, &SecurityConfig::batch_transactions_per_minute>(
          "security", "batch_transactions_per_minute",
          {.lowest = 1,
           .highest = 100'000'000,
           .comment = "Transactions of one address through the batch route."}),
      make_key<security, &SecurityConfig::cert_file>(
          "security", "cert_file",
          {.highest = 1'024, .comment = "PEM certificate chain for the API; empty: the node makes its own."}),
      make_key<security, &SecurityConfig::key_file>("security", "key_file",
                                                    {.highest = 1'024, .comment = "PEM key of cert_file."}),
      make_key<security, &SecurityConfig::allowed_hosts>(
          "security", "allowed_hosts",
          {.lowest = 1,
           .highest = 253,
           .comment = "Host names that requests may carry, beside localhost, loopback and this host's name.",
           .check = check_host}),
      make_key<security, &SecurityConfig::cors_origins>(
          "security", "cors_origins",
          {.lowest = 1,
           .highest = 300,
           .comment = "Origins whose pages may read answers. Empty: none.",
           .check = check_origin}),
      make_key<security, &SecurityConfig::max_request_header_bytes>(
          "security", "max_request_header_bytes",
          {.lowest = 1'024,
           .highest = 65'536,
           .unit = "bytes",
           .comment = "Header of a request; more is 431."}),
      make_key<security, &SecurityConfig::max_request_body_bytes>(
          "security", "max_request_body_bytes",
          {.lowest = 65'536,
           .highest = 16'777'216,
           .unit = "bytes",
           .comment = "Body of a request; more is 413."}),
      make_key<security, &SecurityConfig::request_timeout_ms>(
          "security", "request_timeout_ms",
          {.lowest = 100, .highest = 600'000, .unit = "ms", .comment = "To receive a whole request."}),
      make_key<security, &SecurityConfig::max_client_connections>(
          "security", "max_client_connections",
          {.lowest = 1, .highest = 15'000, .comment = "Open connections of clients; more are refused."}),

      make_key<monitoring, &MonitoringConfig::metrics_enabled>(
          "monitoring", "metrics_enabled", {.comment = "Prometheus text on metrics_port."}),
      make_key<monitoring, &MonitoringConfig::health_checks_enabled>(
          "monitoring", "health_checks_enabled", {.comment = "Probes of registered services."}),
      make_key<monitoring, &MonitoringConfig::performance_monitoring>(
          "monitoring", "performance_monitoring",
          {.comment = "Time and memory of every role in the metrics."}),
      make_key<monitoring, &MonitoringConfig::economic_monitoring>(
          "monitoring", "economic_monitoring", {.comment = "Treasury and fees in the metrics."}),
      make_key<monitoring, &MonitoringConfig::alert_thresholds, &AlertThresholds::cpu>(
          "monitoring", "alert_thresholds.cpu",
          {.comment = "Share of the cores in use from which a warning is noted."}),
      make_key<monitoring, &MonitoringConfig::alert_thresholds, &AlertThresholds::memory>(
          "monitoring", "alert_thresholds.memory",
          {.comment = "Share of total_ram_mb in use from which a warning is noted."}),
      make_key<monitoring, &MonitoringConfig::alert_thresholds, &AlertThresholds::disk>(
          "monitoring", "alert_thresholds.disk",
          {.comment = "Share of storage_gb in use from which a warning is noted."}),
      make_key<monitoring, &MonitoringConfig::metrics_address>(
          "monitoring", "metrics_address",
          {.lowest = 1,
           .highest = 64,
           .comment = "The address that metrics are served on.",
           .check = check_ip_address}),
      make_key<monitoring, &MonitoringConfig::metrics_port>(
          "monitoring", "metrics_port",
          {.lowest = 1, .highest = 65'535, .comment = "The port that metrics are served on."}),

      make_key<genesis, &GenesisConfig::network>(
          "genesis", "network",
          {.lowest = 1, .highest = 64, .comment = "The name of a new chain, for people."}),
      make_key<genesis, &GenesisConfig::owner_gen>(
          "genesis", "owner_gen", {.comment = "GEN of the wallet named owner when a new chain starts."}),
      make_key<genesis, &GenesisConfig::owner_nex>(
          "genesis", "owner_nex", {.comment = "NEX of the wallet named owner when a new chain starts."}),
      make_key<genesis, &GenesisConfig::owner_flx>(
          "genesis", "owner_flx", {.comment = "FLX of the wallet named owner when a new chain starts."}),
      make_key<genesis, &GenesisConfig::owner_aur>(
          "genesis", "owner_aur", {.comment = "AUR of the wallet named owner when a new chain starts."}),
      make_key<genesis, &GenesisConfig::node_flx>(
          "genesis", "node_flx", {.comment = "FLX of the node's own account, which pays for notarisations."}),
      make_key<genesis, &GenesisConfig::treasury_gen>(
          "genesis", "treasury_gen", {.comment = "GEN of the treasury when a new chain starts."}),
      make_key<genesis, &GenesisConfig::treasury_nex>(
          "genesis", "treasury_nex", {.comment = "NEX of the treasury when a new chain starts."}),
      make_key<genesis, &GenesisConfig::treasury_flx>(
          "genesis", "treasury_flx", {.comment = "FLX of the treasury when a new chain starts."}),
      make_key<genesis, &GenesisConfig::treasury_aur>(
          "genesis", "treasury_aur", {.comment = "AUR of the treasury when a new chain starts."}),

  };
}

}  // namespace mnrt::runtime
