#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policies/amount.hpp"

// What a node is told by its operator. Integers only: shares are parts per billion, money is base units.
// The initial values are the defaults of the owner profile (4 GB, 2 cores); runtime/config/ checks the
// ranges, so a holder of a `Config` may rely on them. Each member has the name of its key in the file.
namespace mnrt::policies {

enum class Environment : std::uint8_t { production, staging, development };
enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { text, json };
enum class BlockchainEngine : std::uint8_t { lightweight };
enum class ConsensusType : std::uint8_t { ibft };
enum class SignatureAlgorithm : std::uint8_t { ed25519 };
enum class ParticipationMode : std::uint8_t { active };
enum class WitnessSelection : std::uint8_t { random };
enum class DiscoveryProtocol : std::uint8_t { mdns, dht, dns, manual };

struct ServerConfig {
  std::string name{"bpci-owner-server"};  ///< for people; 1–64 bytes
  std::string version{"1.0.0"};           ///< of the deployment, for people
  Environment environment{Environment::production};
  LogLevel log_level{LogLevel::info};
  LogFormat log_format{LogFormat::text};
  std::string chain_id;  ///< 64 hexadecimal characters; empty: an empty data directory makes a new chain
  std::string data_dir;  ///< absolute once loaded
  std::string listen_address{"127.0.0.1"};  ///< IPv4 or IPv6 address of the opened role ports
};

struct ResourcesConfig {
  std::uint64_t total_ram_mb{4096};
  std::uint64_t cpu_cores{2};
  std::uint64_t storage_gb{50};  ///< the disk budget of the data directory
  std::uint64_t network_bandwidth_mbps{100};
};

struct CoreConfig {
  bool enabled{true};
  std::uint64_t ram_allocation_mb{1536};
  std::uint16_t port{8080};  ///< the API gateway
  BlockchainEngine blockchain_engine{BlockchainEngine::lightweight};
  ConsensusType consensus_type{ConsensusType::ibft};
  std::uint64_t max_block_size{1'048'576};          ///< bytes of transactions; enters the genesis
  std::uint64_t block_time_ms{5'000};               ///< the longest time between two blocks
  std::uint64_t min_block_time_ms{250};             ///< the shortest, when transactions wait
  std::uint64_t max_transactions_per_block{1'000};  ///< enters the genesis
  std::uint64_t validator_threshold{1};
  std::uint64_t timeout_ms{3'000};  ///< base of the round time-out
  std::uint64_t max_validators{100};
  std::uint64_t memory_pool_size_mb{256};  ///< pool, its index and what is being verified, together
  std::uint64_t max_pending_transactions{10'000};
  std::uint64_t max_memory_mb{128};           ///< of pending transactions
  std::uint64_t cleanup_interval_ms{30'000};  ///< between sweeps of the pool
  std::uint64_t state_cache_mb{256};
  std::uint64_t history_retention_blocks{1'000};
  std::uint64_t checkpoint_interval{100};  ///< blocks
  bool archive{false};                     ///< keeps all bodies
};

struct NotaryConfig {
  bool enabled{true};
  std::uint64_t ram_allocation_mb{1024};
  std::uint16_t port{8081};
  std::uint64_t max_concurrent_notarizations{100};
  SignatureAlgorithm signature_algorithm{SignatureAlgorithm::ed25519};
  std::uint64_t witness_retention_hours{24};
  std::uint64_t notarization_timeout_ms{10'000};
  std::uint64_t notarizations_per_minute{
      600};  ///< paid by the node's own account, over all callers without the token
  std::uint64_t signature_cache_mb{128};
  std::uint64_t key_rotation_interval_hours{24};
  std::uint64_t signature_verification_threads{4};
  std::uint64_t max_witnesses_per_transaction{3};
  WitnessSelection witness_selection_algorithm{WitnessSelection::random};
  std::uint64_t witness_cache_mb{64};
};

struct ValidatorConfig {
  bool enabled{true};
  std::uint64_t ram_allocation_mb{1024};
  std::uint16_t port{8082};
  std::uint64_t validation_threads{2};  ///< verification workers; clipped to the machine's cores
  std::uint64_t max_validation_queue{1'000};
  ParticipationMode participation_mode{ParticipationMode::active};
  std::uint64_t validation_timeout_ms{5'000};
  std::uint64_t cache_size_mb{128};
  std::uint64_t proposal_timeout_ms{2'000};
  std::uint64_t voting_timeout_ms{3'000};
  std::uint64_t max_connections{50};
  std::uint64_t connection_timeout_ms{5'000};
  std::uint64_t message_buffer_mb{64};
  std::uint64_t heartbeat_interval_ms{10'000};
};

struct RegistryConfig {
  bool enabled{true};
  std::uint64_t ram_allocation_mb{512};
  std::uint16_t port{8083};
  std::uint64_t max_registered_services{1'000};  ///< enters the genesis
  std::uint64_t service_ttl_seconds{300};        ///< longest; enters the genesis
  DiscoveryProtocol discovery_protocol{DiscoveryProtocol::mdns};
  std::uint64_t registry_cache_mb{64};
  std::uint64_t cleanup_interval_ms{60'000};
  std::uint64_t discovery_interval_ms{30'000};
  std::uint64_t max_discovered_nodes{500};
  std::uint64_t node_cache_mb{32};
  std::uint64_t health_check_interval_ms{15'000};
  std::uint64_t unhealthy_threshold{3};  ///< failed checks in a row
  std::uint64_t recovery_check_interval_ms{60'000};
  std::uint64_t health_check_timeout_ms{5'000};
  /// Networks (CIDR) that probes may reach although they are loopback, link-local or private. Empty: none.
  std::vector<std::string> probe_allow;
};

struct ScalingConfig {
  bool enabled{true};
  Share cpu_scale_up_threshold{700'000'000};
  Share memory_scale_up_threshold{800'000'000};
  std::uint64_t connection_scale_up_threshold{40};
  std::uint64_t transaction_scale_up_threshold{800};  ///< transactions in a block
  std::uint64_t min_validators{1};
  std::uint64_t max_validators{10};
  std::uint64_t scale_up_increment{1};
  std::uint64_t scale_down_cooldown_ms{300'000};
  std::uint64_t min_notaries{1};
  std::uint64_t max_notaries{3};
  Share notary_scale_up_threshold{800'000'000};
  bool enable_clustering{false};
  std::uint64_t max_registry_instances{1};
  Share memory_pressure_threshold{900'000'000};  ///< of total_ram_mb: from here on load is shed by name
  bool emergency_scaling_enabled{true};
  bool resource_rebalancing_enabled{true};
};

struct DiscoveryConfig {
  std::vector<DiscoveryProtocol> mechanisms{DiscoveryProtocol::mdns, DiscoveryProtocol::dht,
                                            DiscoveryProtocol::dns};
  std::string service_name{"_bpci._tcp.local"};
  std::string discovery_domain{"bpci.metanode.network"};
  std::string srv_record_name{"_bpci._tcp"};
  bool auto_configure{true};
  std::uint16_t service_port{8080};
  std::uint64_t ttl_seconds{300};
  std::vector<std::string> bootstrap_nodes;
  std::uint64_t replication_factor{3};
  std::vector<std::string> static_peers;
  bool auto_configure_networking{true};
  bool auto_register_services{true};
  std::uint64_t max_inbound_connections{25};
  std::uint64_t max_outbound_connections{25};
  std::uint64_t connection_retry_interval_ms{30'000};
  bool peer_scoring_enabled{true};
};

struct EconomyConfig {
  bool enabled{true};
  bool owner_withdrawal_enabled{true};
  Share infrastructure_fee_rate{1'000'000};  ///< of a transferred amount; enters the genesis
  std::uint64_t economic_monitoring_interval_ms{60'000};
  bool auto_scaling_economic_triggers{true};
  std::uint64_t revenue_scale_up_threshold_usd{100};          ///< a day
  std::uint64_t transaction_volume_economic_trigger{10'000};  ///< transactions a day
  std::uint64_t network_value_expansion_threshold_usd{10'000};
  std::uint64_t micro_usd_per_aur{1'000'000};           ///< what the numeraire is worth
  Amount min_genesis_for_major{1'000'000'000'000};      ///< GEN base units: 1,000
  Amount min_nexus_for_community{1'000'000'000'000};    ///< NEX base units: 1,000
  Amount min_flux_for_operational{10'000'000'000'000};  ///< FLX base units: 10,000
  Amount min_aurum_for_premium{100'000'000'000};        ///< AUR base units: 100
};

struct SecurityConfig {
  bool tls_enabled{true};
  bool auto_generate_certificates{true};
  bool firewall_auto_configure{true};
  bool rate_limiting_enabled{true};
  std::uint64_t max_requests_per_minute{
      1'000};  ///< of one address or key; loopback and the API token are exempt
  std::uint64_t batch_transactions_per_minute{60'000};  ///< of one address, through the batch route
  std::string cert_file;                                ///< PEM; empty: the node makes its own
  std::string key_file;                                 ///< PEM; set exactly when cert_file is
  /// Names beside localhost, loopback addresses and the host's name that a request's Host may carry.
  std::vector<std::string> allowed_hosts;
  std::vector<std::string> cors_origins;  ///< empty: no cross-origin answers
  std::uint64_t max_request_header_bytes{16'384};
  std::uint64_t max_request_body_bytes{
      4'259'840};                            ///< the batch route's 4 MiB and 64 KiB for what frames them
  std::uint64_t request_timeout_ms{15'000};  ///< to receive a whole request
  std::uint64_t max_client_connections{1'000};
};

struct AlertThresholds {
  Share cpu{800'000'000};
  Share memory{850'000'000};
  Share disk{900'000'000};
};

struct MonitoringConfig {
  bool metrics_enabled{true};
  bool health_checks_enabled{true};
  bool performance_monitoring{true};
  bool economic_monitoring{true};
  AlertThresholds alert_thresholds;
  std::string metrics_address{"127.0.0.1"};
  std::uint16_t metrics_port{9180};
};

/// What a new chain starts with; read when `run` makes a genesis and never again.
struct GenesisConfig {
  std::string network{"metanode"};          ///< a name for people, 1–64 bytes
  Amount owner_gen{1'000'000'000'000};      ///< base units: 1,000 GEN
  Amount owner_nex{10'000'000'000'000};     ///< base units: 10,000 NEX
  Amount owner_flx{1'000'000'000'000'000};  ///< base units: 1,000,000 FLX
  Amount owner_aur{10'000'000'000'000};     ///< base units: 10,000 AUR
  /// FLX base units of the node's own account, which pays for notarisations: 100,000 FLX.
  Amount node_flx{100'000'000'000'000};
  Amount treasury_gen{10'000'000'000'000};     ///< base units: 10,000 GEN
  Amount treasury_nex{100'000'000'000'000};    ///< base units: 100,000 NEX
  Amount treasury_flx{1'000'000'000'000'000};  ///< base units: 1,000,000 FLX
  Amount treasury_aur{100'000'000'000'000};    ///< base units: 100,000 AUR
};

/// One member a section of the file.
struct Config {
  ServerConfig server;
  ResourcesConfig resources;
  CoreConfig core;            ///< [bpci_core]
  NotaryConfig notary;        ///< [bpci_notary]
  ValidatorConfig validator;  ///< [bpci_validator]
  RegistryConfig registry;    ///< [bpci_registry]
  ScalingConfig scaling;      ///< [auto_scaling]
  DiscoveryConfig discovery;  ///< [network_discovery]
  EconomyConfig economy;      ///< [autonomous_economy]
  SecurityConfig security;
  MonitoringConfig monitoring;
  GenesisConfig genesis;
};

}  // namespace mnrt::policies
