#include "runtime/config/key.hpp"
#include "runtime/config/text_checks.hpp"

namespace mnrt::runtime {

using namespace policies;

std::vector<Key> network_keys() {
  constexpr auto scaling = &Config::scaling;
  constexpr auto discovery = &Config::discovery;
  constexpr auto economy = &Config::economy;
  return {
      make_key<scaling, &ScalingConfig::enabled>(
          "auto_scaling", "enabled", {.comment = "More verification workers under load, fewer after it."}),
      make_key<scaling, &ScalingConfig::cpu_scale_up_threshold>(
          "auto_scaling", "cpu_scale_up_threshold",
          {.comment = "Share of the cores in use from which one worker more is wanted."}),
      make_key<scaling, &ScalingConfig::memory_scale_up_threshold>(
          "auto_scaling", "memory_scale_up_threshold",
          {.comment = "Share of total_ram_mb in use from which no worker is added here."}),
      make_key<scaling, &ScalingConfig::connection_scale_up_threshold>(
          "auto_scaling", "connection_scale_up_threshold",
          {.lowest = 1, .highest = 100'000, .comment = "Connections from which one worker more is wanted."}),
      make_key<scaling, &ScalingConfig::transaction_scale_up_threshold>(
          "auto_scaling", "transaction_scale_up_threshold",
          {.lowest = 1,
           .highest = 20'000,
           .comment = "Transactions in a block from which one worker more is wanted."}),
      make_key<scaling, &ScalingConfig::min_validators>(
          "auto_scaling", "min_validators",
          {.lowest = 1, .highest = 1'024, .comment = "Verification workers that always run."}),
      make_key<scaling, &ScalingConfig::max_validators>(
          "auto_scaling", "max_validators",
          {.lowest = 1,
           .highest = 1'024,
           .comment = "Verification workers at most, local ones within the cores."}),
      make_key<scaling, &ScalingConfig::scale_up_increment>(
          "auto_scaling", "scale_up_increment",
          {.lowest = 1, .highest = 64, .comment = "Workers added at once."}),
      make_key<scaling, &ScalingConfig::scale_down_cooldown_ms>(
          "auto_scaling", "scale_down_cooldown_ms",
          {.lowest = 1'000,
           .highest = 86'400'000,
           .unit = "ms",
           .comment = "Quiet time before a worker is taken away."}),
      make_key<scaling, &ScalingConfig::min_notaries>(
          "auto_scaling", "min_notaries",
          {.lowest = 1, .highest = 1'024, .comment = "Notarisation workers that always run."}),
      make_key<scaling, &ScalingConfig::max_notaries>(
          "auto_scaling", "max_notaries",
          {.lowest = 1, .highest = 1'024, .comment = "Notarisation workers at most."}),
      make_key<scaling, &ScalingConfig::notary_scale_up_threshold>(
          "auto_scaling", "notary_scale_up_threshold",
          {.comment = "Share of max_concurrent_notarizations in use from which one notary more is wanted."}),
      make_key<scaling, &ScalingConfig::enable_clustering>(
          "auto_scaling", "enable_clustering",
          {.comment = "Several registry instances.",
           .not_yet = "One registry serves the chain until peers connect."}),
      make_key<scaling, &ScalingConfig::max_registry_instances>(
          "auto_scaling", "max_registry_instances",
          {.lowest = 1,
           .highest = 64,
           .comment = "Registry instances at most.",
           .not_yet = "One registry serves the chain until peers connect."}),
      make_key<scaling, &ScalingConfig::memory_pressure_threshold>(
          "auto_scaling", "memory_pressure_threshold",
          {.lowest = 500'000'000, .comment = "Share of total_ram_mb from which load is refused by name."}),
      make_key<scaling, &ScalingConfig::emergency_scaling_enabled>(
          "auto_scaling", "emergency_scaling_enabled",
          {.comment = "Scaling without cool-down under memory pressure.",
           .not_yet = "Memory pressure sheds load by name instead."}),
      make_key<scaling, &ScalingConfig::resource_rebalancing_enabled>(
          "auto_scaling", "resource_rebalancing_enabled",
          {.comment = "Moves allocation between roles.",
           .not_yet = "Allocations are ceilings, so an idle role leaves its memory to others anyway."}),

      make_key<discovery, &DiscoveryConfig::mechanisms>(
          "network_discovery", "mechanisms",
          {.comment = "Ways of finding nodes that are permitted.", .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::service_name>("network_discovery", "service_name",
                                                          {.lowest = 1,
                                                           .highest = 255,
                                                           .comment = "DNS-SD service type and domain.",
                                                           .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::discovery_domain>(
          "network_discovery", "discovery_domain",
          {.lowest = 1,
           .highest = 253,
           .comment = "Domain whose SRV records name nodes.",
           .not_yet = "Peers do not connect yet.",
           .check = check_host}),
      make_key<discovery, &DiscoveryConfig::srv_record_name>("network_discovery", "srv_record_name",
                                                             {.lowest = 1,
                                                              .highest = 255,
                                                              .comment = "Name of the SRV records.",
                                                              .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::auto_configure>(
          "network_discovery", "auto_configure",
          {.comment = "Finds and joins nodes without being asked.", .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::service_port>("network_discovery", "service_port",
                                                          {.lowest = 1,
                                                           .highest = 65'535,
                                                           .comment = "The port that is announced.",
                                                           .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::ttl_seconds>("network_discovery", "ttl_seconds",
                                                         {.lowest = 1,
                                                          .highest = 86'400,
                                                          .unit = "s",
                                                          .comment = "Life of an announcement.",
                                                          .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::bootstrap_nodes>(
          "network_discovery", "bootstrap_nodes",
          {.lowest = 1,
           .highest = 260,
           .comment = "First nodes of the distributed table.",
           .not_yet = "Peers do not connect yet.",
           .check = check_host_and_port}),
      make_key<discovery, &DiscoveryConfig::replication_factor>(
          "network_discovery", "replication_factor",
          {.lowest = 1,
           .highest = 20,
           .comment = "Copies of an announcement in the distributed table.",
           .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::static_peers>("network_discovery", "static_peers",
                                                          {.lowest = 1,
                                                           .highest = 260,
                                                           .comment = "Nodes that are always connected to.",
                                                           .not_yet = "Peers do not connect yet.",
                                                           .check = check_host_and_port}),
      make_key<discovery, &DiscoveryConfig::auto_configure_networking>(
          "network_discovery", "auto_configure_networking",
          {.comment = "Sets up interfaces and routes.",
           .not_yet = "Nothing on the host is changed until it is asked for by a command."}),
      make_key<discovery, &DiscoveryConfig::auto_register_services>(
          "network_discovery", "auto_register_services",
          {.comment = "Enters the node's own ports into the registry.",
           .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::max_inbound_connections>(
          "network_discovery", "max_inbound_connections",
          {.lowest = 0,
           .highest = 10'000,
           .comment = "Peers that connected to this node.",
           .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::max_outbound_connections>(
          "network_discovery", "max_outbound_connections",
          {.lowest = 0,
           .highest = 10'000,
           .comment = "Peers that this node connected to.",
           .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::connection_retry_interval_ms>(
          "network_discovery", "connection_retry_interval_ms",
          {.lowest = 100,
           .highest = 86'400'000,
           .unit = "ms",
           .comment = "Before a lost peer is tried again.",
           .not_yet = "Peers do not connect yet."}),
      make_key<discovery, &DiscoveryConfig::peer_scoring_enabled>(
          "network_discovery", "peer_scoring_enabled",
          {.comment = "Prefers peers that answer.", .not_yet = "Peers do not connect yet."}),

      make_key<economy, &EconomyConfig::enabled>(
          "autonomous_economy", "enabled",
          {.comment = "The treasury pays for growth.",
           .not_yet = "Read by the scaler once the treasury pays for growth."}),
      make_key<economy, &EconomyConfig::owner_withdrawal_enabled>(
          "autonomous_economy", "owner_withdrawal_enabled",
          {.comment = "The owner may withdraw from the treasury, within the chain's limits."}),
      make_key<economy, &EconomyConfig::infrastructure_fee_rate>(
          "autonomous_economy", "infrastructure_fee_rate",
          {.highest = 100'000'000,
           .comment = "Share of a transferred amount that goes to the treasury. Enters the genesis; later "
                      "the chain's parameter counts."}),
      make_key<economy, &EconomyConfig::economic_monitoring_interval_ms>(
          "autonomous_economy", "economic_monitoring_interval_ms",
          {.lowest = 1'000,
           .highest = 86'400'000,
           .unit = "ms",
           .comment = "Between looks at revenue and treasury.",
           .not_yet = "Read by the scaler once the treasury pays for growth."}),
      make_key<economy, &EconomyConfig::auto_scaling_economic_triggers>(
          "autonomous_economy", "auto_scaling_economic_triggers",
          {.comment = "Revenue and volume may ask for growth.",
           .not_yet = "Read by the scaler once the treasury pays for growth."}),
      make_key<economy, &EconomyConfig::revenue_scale_up_threshold_usd>(
          "autonomous_economy", "revenue_scale_up_threshold_usd",
          {.lowest = 1,
           .highest = 1'000'000'000,
           .unit = "USD a day",
           .comment = "Revenue from which another server is wanted."}),
      make_key<economy, &EconomyConfig::transaction_volume_economic_trigger>(
          "autonomous_economy", "transaction_volume_economic_trigger",
          {.lowest = 1,
           .highest = 10'000'000'000,
           .unit = "transactions a day",
           .comment = "Volume from which more capacity is wanted."}),
      make_key<economy, &EconomyConfig::network_value_expansion_threshold_usd>(
          "autonomous_economy", "network_value_expansion_threshold_usd",
          {.lowest = 1,
           .highest = 1'000'000'000'000,
           .unit = "USD",
           .comment = "Value locked from which the network expands."}),
      make_key<economy, &EconomyConfig::micro_usd_per_aur>(
          "autonomous_economy", "micro_usd_per_aur",
          {.lowest = 1,
           .highest = 1'000'000'000'000,
           .unit = "micro-dollars",
           .comment = "What one AUR, the numeraire, is worth; the economic triggers are in dollars."}),
      make_key<economy, &EconomyConfig::min_genesis_for_major>(
          "autonomous_economy", "min_genesis_for_major",
          {.comment = "GEN that the treasury keeps before major scaling.",
           .not_yet = "Read by the scaler once the treasury pays for growth."}),
      make_key<economy, &EconomyConfig::min_nexus_for_community>(
          "autonomous_economy", "min_nexus_for_community",
          {.comment = "NEX that the treasury keeps before community rewards.",
           .not_yet = "Read by the scaler once the treasury pays for growth."}),
      make_key<economy, &EconomyConfig::min_flux_for_operational>(
          "autonomous_economy", "min_flux_for_operational",
          {.comment = "FLX that the treasury keeps before operational scaling.",
           .not_yet = "Read by the scaler once the treasury pays for growth."}),
      make_key<economy, &EconomyConfig::min_aurum_for_premium>(
          "autonomous_economy", "min_aurum_for_premium",
          {.comment = "AUR that the treasury keeps before premium resources.",
           .not_yet = "Read by the scaler once the treasury pays for growth."}),

  };
}

}  // namespace mnrt::runtime
