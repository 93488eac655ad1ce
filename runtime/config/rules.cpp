#include "runtime/config/rules.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <string>

namespace mnrt::runtime {

using policies::Config;

namespace {

class Rules {
 public:
  Rules(const Config& config, const std::function<Origin(std::string_view)>& where)
      : c_(config), where_(where) {}

  std::vector<ConfigProblem> check() {
    check_memory();
    check_ports();
    check_times();
    check_counts();
    check_edge();
    return std::move(problems_);
  }

 private:
  /// Stands at the first of the keys that somebody set.
  void refuse(std::initializer_list<std::string_view> paths, std::string text) {
    Origin at;
    for (auto path : paths) {
      at = where_(path);
      if (at.source != Origin::Source::default_value) break;
    }
    problems_.push_back({std::move(at), std::move(text)});
  }

  struct Side {
    std::string_view path;
    std::uint64_t value;
  };
  void at_most(Side lower, Side upper) {
    if (lower.value > upper.value)
      refuse({lower.path, upper.path}, fmt::format("{} = {} must be at most {} = {}", lower.path, lower.value,
                                                   upper.path, upper.value));
  }

  struct Role {
    std::string_view section;
    bool enabled;
    std::uint64_t ram_mb;
    std::uint16_t port;
  };
  std::vector<Role> roles() const {
    return {{"bpci_core", c_.core.enabled, c_.core.ram_allocation_mb, c_.core.port},
            {"bpci_notary", c_.notary.enabled, c_.notary.ram_allocation_mb, c_.notary.port},
            {"bpci_validator", c_.validator.enabled, c_.validator.ram_allocation_mb, c_.validator.port},
            {"bpci_registry", c_.registry.enabled, c_.registry.ram_allocation_mb, c_.registry.port}};
  }

  void check_memory() {
    std::uint64_t sum = 0;
    std::string parts;
    for (const auto& role : roles()) {
      if (!role.enabled) continue;
      sum += role.ram_mb;
      parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", role.section, role.ram_mb);
    }
    if (sum > c_.resources.total_ram_mb)
      refuse({"resources.total_ram_mb", "bpci_core.ram_allocation_mb", "bpci_notary.ram_allocation_mb",
              "bpci_validator.ram_allocation_mb", "bpci_registry.ram_allocation_mb"},
             fmt::format("the roles may use {} MB together ({}), more than resources.total_ram_mb = {}", sum,
                         parts, c_.resources.total_ram_mb));
    within("bpci_core", c_.core.ram_allocation_mb,
           {{"bpci_core.state_cache_mb", c_.core.state_cache_mb},
            {"bpci_core.memory_pool_size_mb", c_.core.memory_pool_size_mb}});
    within("bpci_notary", c_.notary.ram_allocation_mb,
           {{"bpci_notary.signature_cache_mb", c_.notary.signature_cache_mb},
            {"bpci_notary.witness_cache_mb", c_.notary.witness_cache_mb}});
    within("bpci_validator", c_.validator.ram_allocation_mb,
           {{"bpci_validator.cache_size_mb", c_.validator.cache_size_mb},
            {"bpci_validator.message_buffer_mb", c_.validator.message_buffer_mb}});
    within("bpci_registry", c_.registry.ram_allocation_mb,
           {{"bpci_registry.registry_cache_mb", c_.registry.registry_cache_mb},
            {"bpci_registry.node_cache_mb", c_.registry.node_cache_mb}});
    at_most({"bpci_core.max_memory_mb", c_.core.max_memory_mb},
            {"bpci_core.memory_pool_size_mb", c_.core.memory_pool_size_mb});
  }

  void within(std::string_view section, std::uint64_t ram_mb, std::initializer_list<Side> parts) {
    std::uint64_t sum = 0;
    std::string names;
    for (const auto& part : parts) {
      sum += part.value;
      names += fmt::format("{}{} = {}", names.empty() ? "" : " and ", part.path, part.value);
    }
    if (sum > ram_mb)
      refuse({parts.begin()->path, (parts.begin() + 1)->path},
             fmt::format("{} need {} MB, more than {}.ram_allocation_mb = {}", names, sum, section, ram_mb));
  }

  void check_ports() {
    struct Port {
      std::string path;
      std::uint16_t number;
    };
    std::vector<Port> ports;
    for (const auto& role : roles())
      if (role.enabled) ports.push_back({fmt::format("{}.port", role.section), role.port});
    if (c_.monitoring.metrics_enabled)
      ports.push_back({"monitoring.metrics_port", c_.monitoring.metrics_port});
    for (std::size_t later = 1; later < ports.size(); ++later)
      for (std::size_t earlier = 0; earlier < later; ++earlier)
        if (ports[earlier].number == ports[later].number) {
          refuse({ports[later].path, ports[earlier].path},
                 fmt::format("{} and {} are both {}", ports[earlier].path, ports[later].path,
                             ports[later].number));
          break;
        }
  }

  void check_times() {
    at_most({"bpci_core.min_block_time_ms", c_.core.min_block_time_ms},
            {"bpci_core.block_time_ms", c_.core.block_time_ms});
    at_most({"bpci_validator.proposal_timeout_ms", c_.validator.proposal_timeout_ms},
            {"bpci_core.timeout_ms", c_.core.timeout_ms});
    at_most({"bpci_registry.health_check_timeout_ms", c_.registry.health_check_timeout_ms},
            {"bpci_registry.health_check_interval_ms", c_.registry.health_check_interval_ms});
    at_most({"bpci_registry.health_check_interval_ms", c_.registry.health_check_interval_ms},
            {"bpci_registry.recovery_check_interval_ms", c_.registry.recovery_check_interval_ms});
  }

  void check_counts() {
    at_most({"bpci_core.validator_threshold", c_.core.validator_threshold},
            {"bpci_core.max_validators", c_.core.max_validators});
    at_most({"bpci_core.checkpoint_interval", c_.core.checkpoint_interval},
            {"bpci_core.history_retention_blocks", c_.core.history_retention_blocks});
    at_most({"auto_scaling.min_validators", c_.scaling.min_validators},
            {"auto_scaling.max_validators", c_.scaling.max_validators});
    at_most({"auto_scaling.min_notaries", c_.scaling.min_notaries},
            {"auto_scaling.max_notaries", c_.scaling.max_notaries});
    at_most({"auto_scaling.connection_scale_up_threshold", c_.scaling.connection_scale_up_threshold},
            {"bpci_validator.max_connections", c_.validator.max_connections});
    at_most({"auto_scaling.transaction_scale_up_threshold", c_.scaling.transaction_scale_up_threshold},
            {"bpci_core.max_transactions_per_block", c_.core.max_transactions_per_block});
    auto peers = c_.discovery.max_inbound_connections + c_.discovery.max_outbound_connections;
    if (peers > c_.validator.max_connections)
      refuse(
          {"network_discovery.max_inbound_connections", "network_discovery.max_outbound_connections",
           "bpci_validator.max_connections"},
          fmt::format(
              "network_discovery.max_inbound_connections and max_outbound_connections are {} together, more "
              "than bpci_validator.max_connections = {}",
              peers, c_.validator.max_connections));
  }

  void check_edge() {
    const auto& s = c_.security;
    if (s.cert_file.empty() != s.key_file.empty())
      refuse({"security.cert_file", "security.key_file"},
             fmt::format("security.{} is set without security.{}; set both or neither",
                         s.cert_file.empty() ? "key_file" : "cert_file",
                         s.cert_file.empty() ? "cert_file" : "key_file"));
    if (s.tls_enabled && !s.auto_generate_certificates && s.cert_file.empty() && s.key_file.empty())
      refuse({"security.auto_generate_certificates"},
             "security.auto_generate_certificates = false needs security.cert_file and security.key_file");
    const auto& address = c_.server.listen_address;
    if (!s.tls_enabled && !address.starts_with("127.") && address != "::1")
      refuse(
          {"security.tls_enabled", "server.listen_address"},
          fmt::format(
              "security.tls_enabled = false is allowed on loopback alone, and server.listen_address = \"{}\"",
              address));
  }

  const Config& c_;
  const std::function<Origin(std::string_view)>& where_;
  std::vector<ConfigProblem> problems_;
};

}  // namespace

std::vector<ConfigProblem> check_rules(const Config& config,
                                       const std::function<Origin(std::string_view)>& where) {
  return Rules(config, where).check();
}

}  // namespace mnrt::runtime
