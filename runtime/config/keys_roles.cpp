#include "policies/ledger/parameters.hpp"
#include "runtime/config/key.hpp"
#include "runtime/config/text_checks.hpp"

namespace mnrt::runtime {

using namespace policies;

namespace {

/// What the genesis may say of a parameter, and so the config of it.
ParameterValue allowed(Parameter parameter) {
  return default_parameters()[static_cast<std::size_t>(parameter)];
}

}  // namespace

std::vector<Key> role_keys() {
  constexpr auto core = &Config::core;
  constexpr auto notary = &Config::notary;
  constexpr auto validator = &Config::validator;
  constexpr auto registry = &Config::registry;
  return {
      make_key<core, &CoreConfig::enabled>(
          "bpci_core", "enabled",
          {.comment = "The chain: consensus, pool, execution and the API.",
           .not_yet =
               "Every node runs all four roles for now: switching one off needs peers that do its work."}),
      make_key<core, &CoreConfig::ram_allocation_mb>(
          "bpci_core", "ram_allocation_mb",
          {.lowest = 128,
           .highest = 1'048'576,
           .unit = "MB",
           .comment = "Ceiling of pool, state cache and their share of the database."}),
      make_key<core, &CoreConfig::port>(
          "bpci_core", "port",
          {.lowest = 1, .highest = 65'535, .comment = "The API: HTTPS, WebSocket, events."}),
      make_key<core, &CoreConfig::blockchain_engine>("bpci_core", "blockchain_engine",
                                                     {.comment = "The engine of the chain."}),
      make_key<core, &CoreConfig::consensus_type>("bpci_core", "consensus_type",
                                                  {.comment = "QBFT, the corrected form of IBFT."}),
      make_key<core, &CoreConfig::max_block_size>(
          "bpci_core", "max_block_size",
          {.lowest = allowed(Parameter::block_bytes_max).lowest,
           .highest = allowed(Parameter::block_bytes_max).highest,
           .unit = "bytes",
           .comment =
               "Bytes of transactions in a block. Enters the genesis; later the chain's parameter counts."}),
      make_key<core, &CoreConfig::block_time_ms>(
          "bpci_core", "block_time_ms",
          {.lowest = 50,
           .highest = 600'000,
           .unit = "ms",
           .comment = "The longest time between two blocks; without transactions a block comes this often."}),
      make_key<core, &CoreConfig::min_block_time_ms>(
          "bpci_core", "min_block_time_ms",
          {.lowest = 1,
           .highest = 600'000,
           .unit = "ms",
           .comment = "The shortest time between two blocks, when transactions wait."}),
      make_key<core, &CoreConfig::max_transactions_per_block>(
          "bpci_core", "max_transactions_per_block",
          {.lowest = allowed(Parameter::block_transactions_max).lowest,
           .highest = allowed(Parameter::block_transactions_max).highest,
           .comment = "Transactions in a block. Enters the genesis; later the chain's parameter counts."}),
      make_key<core, &CoreConfig::validator_threshold>(
          "bpci_core", "validator_threshold",
          {.lowest = 1,
           .highest = 100,
           .comment = "Validators that must be seen before the chain goes on.",
           .not_yet = "A chain starts with one validator, so the quorum alone decides."}),
      make_key<core, &CoreConfig::timeout_ms>(
          "bpci_core", "timeout_ms",
          {.lowest = 100,
           .highest = 30'000,
           .unit = "ms",
           .comment = "Base of the round time-out; it doubles each round up to 30 s."}),
      make_key<core, &CoreConfig::max_validators>(
          "bpci_core", "max_validators",
          {.lowest = 1,
           .highest = 100,
           .comment = "Seats of the validator set.",
           .not_yet = "Validators join with peers, which do not connect yet."}),
      make_key<core, &CoreConfig::memory_pool_size_mb>(
          "bpci_core", "memory_pool_size_mb",
          {.lowest = 1,
           .highest = 65'536,
           .unit = "MB",
           .comment = "Pending transactions, their index and what is being verified, together."}),
      make_key<core, &CoreConfig::max_pending_transactions>(
          "bpci_core", "max_pending_transactions",
          {.lowest = 1,
           .highest = 1'000'000,
           .comment = "Pending transactions; more are refused as pool_full."}),
      make_key<core, &CoreConfig::max_memory_mb>(
          "bpci_core", "max_memory_mb",
          {.lowest = 1, .highest = 65'536, .unit = "MB", .comment = "Bytes of pending transactions."}),
      make_key<core, &CoreConfig::cleanup_interval_ms>(
          "bpci_core", "cleanup_interval_ms",
          {.lowest = 100,
           .highest = 3'600'000,
           .unit = "ms",
           .comment = "Between sweeps of expired transactions."}),
      make_key<core, &CoreConfig::state_cache_mb>(
          "bpci_core", "state_cache_mb",
          {.lowest = 1,
           .highest = 65'536,
           .unit = "MB",
           .comment = "Cache of accounts and inner nodes of the state tree."}),
      make_key<core, &CoreConfig::history_retention_blocks>(
          "bpci_core", "history_retention_blocks",
          {.lowest = 100,
           .highest = 100'000'000,
           .unit = "blocks",
           .comment = "Bodies are kept this long and at least 24 hours."}),
      make_key<core, &CoreConfig::checkpoint_interval>(
          "bpci_core", "checkpoint_interval",
          {.lowest = 1,
           .highest = 100'000,
           .unit = "blocks",
           .comment = "Between checkpoints, where the supply is recounted."}),
      make_key<core, &CoreConfig::archive>("bpci_core", "archive", {.comment = "Keeps all bodies for good."}),

      make_key<notary, &NotaryConfig::enabled>(
          "bpci_notary", "enabled",
          {.comment = "Notarisation and receipts.",
           .not_yet =
               "Every node runs all four roles for now: switching one off needs peers that do its work."}),
      make_key<notary, &NotaryConfig::ram_allocation_mb>(
          "bpci_notary", "ram_allocation_mb",
          {.lowest = 64,
           .highest = 1'048'576,
           .unit = "MB",
           .comment = "Ceiling of the receipt log and its caches."}),
      make_key<notary, &NotaryConfig::port>(
          "bpci_notary", "port",
          {.lowest = 1,
           .highest = 65'535,
           .comment = "Receipts, log tiles and time-stamps.",
           .not_yet = "The port is reserved and checked, and opened once peers connect."}),
      make_key<notary, &NotaryConfig::max_concurrent_notarizations>(
          "bpci_notary", "max_concurrent_notarizations",
          {.lowest = 1, .highest = 100'000, .comment = "Notarisations in flight; more are refused as busy."}),
      make_key<notary, &NotaryConfig::signature_algorithm>("bpci_notary", "signature_algorithm",
                                                           {.comment = "Of receipts and checkpoints."}),
      make_key<notary, &NotaryConfig::witness_retention_hours>(
          "bpci_notary", "witness_retention_hours",
          {.lowest = 1,
           .highest = 87'600,
           .unit = "hours",
           .comment = "How long raw witness records are kept.",
           .not_yet = "Witnesses come with peers."}),
      make_key<notary, &NotaryConfig::notarization_timeout_ms>(
          "bpci_notary", "notarization_timeout_ms",
          {.lowest = 100,
           .highest = 600'000,
           .unit = "ms",
           .comment = "Without a final block after this, a waiting caller is told the time-out."}),
      make_key<notary, &NotaryConfig::notarizations_per_minute>(
          "bpci_notary", "notarizations_per_minute",
          {.lowest = 1,
           .highest = 1'000'000,
           .comment = "Notarisations that the node's own account pays for callers without the API token."}),
      make_key<notary, &NotaryConfig::signature_cache_mb>(
          "bpci_notary", "signature_cache_mb",
          {.lowest = 1,
           .highest = 65'536,
           .unit = "MB",
           .comment = "Verified signatures that are remembered.",
           .not_yet = "Verified transactions are remembered by number, within a fixed bound."}),
      make_key<notary, &NotaryConfig::key_rotation_interval_hours>(
          "bpci_notary", "key_rotation_interval_hours",
          {.lowest = 1,
           .highest = 87'600,
           .unit = "hours",
           .comment = "Between rotations of log and cosigner keys.",
           .not_yet = "Rotation comes with hand-over between validators."}),
      make_key<notary, &NotaryConfig::signature_verification_threads>(
          "bpci_notary", "signature_verification_threads",
          {.lowest = 1,
           .highest = 1'024,
           .comment = "Notarisation workers.",
           .not_yet = "The validation workers verify all signatures."}),
      make_key<notary, &NotaryConfig::max_witnesses_per_transaction>(
          "bpci_notary", "max_witnesses_per_transaction",
          {.lowest = 0,
           .highest = 16,
           .comment = "Witnesses drawn for a block with notarisations.",
           .not_yet = "Witnesses come with peers."}),
      make_key<notary, &NotaryConfig::witness_selection_algorithm>(
          "bpci_notary", "witness_selection_algorithm",
          {.comment = "By the chain's beacon, so that nobody can choose.",
           .not_yet = "Witnesses come with peers."}),
      make_key<notary, &NotaryConfig::witness_cache_mb>("bpci_notary", "witness_cache_mb",
                                                        {.lowest = 1,
                                                         .highest = 65'536,
                                                         .unit = "MB",
                                                         .comment = "Cache of witness records.",
                                                         .not_yet = "Witnesses come with peers."}),

      make_key<validator, &ValidatorConfig::enabled>(
          "bpci_validator", "enabled",
          {.comment = "Verification of signatures and votes.",
           .not_yet =
               "Every node runs all four roles for now: switching one off needs peers that do its work."}),
      make_key<validator, &ValidatorConfig::ram_allocation_mb>(
          "bpci_validator", "ram_allocation_mb",
          {.lowest = 64,
           .highest = 1'048'576,
           .unit = "MB",
           .comment = "Ceiling of what waits for verification."}),
      make_key<validator, &ValidatorConfig::port>(
          "bpci_validator", "port",
          {.lowest = 1,
           .highest = 65'535,
           .comment = "Peers, TLS 1.3.",
           .not_yet = "The port is reserved and checked, and opened once peers connect."}),
      make_key<validator, &ValidatorConfig::validation_threads>(
          "bpci_validator", "validation_threads",
          {.lowest = 1,
           .highest = 1'024,
           .comment = "Verification workers at the start; clipped to the machine's cores."}),
      make_key<validator, &ValidatorConfig::max_validation_queue>(
          "bpci_validator", "max_validation_queue",
          {.lowest = 1,
           .highest = 1'000'000,
           .comment = "Transactions waiting for a worker; more are refused as busy."}),
      make_key<validator, &ValidatorConfig::participation_mode>("bpci_validator", "participation_mode",
                                                                {.comment = "Votes in every round."}),
      make_key<validator, &ValidatorConfig::validation_timeout_ms>(
          "bpci_validator", "validation_timeout_ms",
          {.lowest = 100,
           .highest = 600'000,
           .unit = "ms",
           .comment = "A batch not verified by then is refused as busy."}),
      make_key<validator, &ValidatorConfig::cache_size_mb>(
          "bpci_validator", "cache_size_mb",
          {.lowest = 1,
           .highest = 65'536,
           .unit = "MB",
           .comment = "Memory of what waits for verification.",
           .not_yet = "The queue is bound by its count."}),
      make_key<validator, &ValidatorConfig::proposal_timeout_ms>(
          "bpci_validator", "proposal_timeout_ms",
          {.lowest = 50,
           .highest = 30'000,
           .unit = "ms",
           .comment = "Without a proposal by then a validator may ask for the next round early."}),
      make_key<validator, &ValidatorConfig::voting_timeout_ms>(
          "bpci_validator", "voting_timeout_ms",
          {.lowest = 50,
           .highest = 60'000,
           .unit = "ms",
           .comment = "The longest wait for votes in the first round.",
           .not_yet = "timeout_ms of the round covers the votes."}),
      make_key<validator, &ValidatorConfig::max_connections>("bpci_validator", "max_connections",
                                                             {.lowest = 1,
                                                              .highest = 10'000,
                                                              .comment = "Connections to peers.",
                                                              .not_yet = "Peers do not connect yet."}),
      make_key<validator, &ValidatorConfig::connection_timeout_ms>("bpci_validator", "connection_timeout_ms",
                                                                   {.lowest = 100,
                                                                    .highest = 600'000,
                                                                    .unit = "ms",
                                                                    .comment = "To connect to a peer.",
                                                                    .not_yet = "Peers do not connect yet."}),
      make_key<validator, &ValidatorConfig::message_buffer_mb>("bpci_validator", "message_buffer_mb",
                                                               {.lowest = 1,
                                                                .highest = 65'536,
                                                                .unit = "MB",
                                                                .comment = "Unsent mail to peers.",
                                                                .not_yet = "Peers do not connect yet."}),
      make_key<validator, &ValidatorConfig::heartbeat_interval_ms>("bpci_validator", "heartbeat_interval_ms",
                                                                   {.lowest = 1'000,
                                                                    .highest = 600'000,
                                                                    .unit = "ms",
                                                                    .comment = "Between heartbeats to peers.",
                                                                    .not_yet = "Peers do not connect yet."}),

      make_key<registry, &RegistryConfig::enabled>(
          "bpci_registry", "enabled",
          {.comment = "Services, nodes and their health.",
           .not_yet =
               "Every node runs all four roles for now: switching one off needs peers that do its work."}),
      make_key<registry, &RegistryConfig::ram_allocation_mb>(
          "bpci_registry", "ram_allocation_mb",
          {.lowest = 32,
           .highest = 1'048'576,
           .unit = "MB",
           .comment = "Ceiling of the registry and its caches."}),
      make_key<registry, &RegistryConfig::port>(
          "bpci_registry", "port",
          {.lowest = 1,
           .highest = 65'535,
           .comment = "Registry and join.",
           .not_yet = "The port is reserved and checked, and opened once peers connect."}),
      make_key<registry, &RegistryConfig::max_registered_services>(
          "bpci_registry", "max_registered_services",
          {.lowest = allowed(Parameter::services_max).lowest,
           .highest = allowed(Parameter::services_max).highest,
           .comment = "Services on the chain. Enters the genesis; later the chain's parameter counts."}),
      make_key<registry, &RegistryConfig::service_ttl_seconds>(
          "bpci_registry", "service_ttl_seconds",
          {.lowest = allowed(Parameter::service_ttl_seconds_max).lowest,
           .highest = allowed(Parameter::service_ttl_seconds_max).highest,
           .unit = "s",
           .comment = "The longest life of a registration without renewal. Enters the genesis; later the "
                      "chain's parameter counts."}),
      make_key<registry, &RegistryConfig::discovery_protocol>(
          "bpci_registry", "discovery_protocol",
          {.comment = "How services find this registry.", .not_yet = "Nodes are found once peers connect."}),
      make_key<registry, &RegistryConfig::registry_cache_mb>(
          "bpci_registry", "registry_cache_mb",
          {.lowest = 1,
           .highest = 65'536,
           .unit = "MB",
           .comment = "Cache of services.",
           .not_yet = "Services are read from the state cache."}),
      make_key<registry, &RegistryConfig::cleanup_interval_ms>(
          "bpci_registry", "cleanup_interval_ms",
          {.lowest = 1'000,
           .highest = 86'400'000,
           .unit = "ms",
           .comment = "Between sweeps of services whose time is over."}),
      make_key<registry, &RegistryConfig::discovery_interval_ms>(
          "bpci_registry", "discovery_interval_ms",
          {.lowest = 1'000,
           .highest = 86'400'000,
           .unit = "ms",
           .comment = "Between searches for nodes.",
           .not_yet = "Nodes are found once peers connect."}),
      make_key<registry, &RegistryConfig::max_discovered_nodes>(
          "bpci_registry", "max_discovered_nodes",
          {.lowest = 1,
           .highest = 100'000,
           .comment = "Nodes remembered.",
           .not_yet = "Nodes are found once peers connect."}),
      make_key<registry, &RegistryConfig::node_cache_mb>("bpci_registry", "node_cache_mb",
                                                         {.lowest = 1,
                                                          .highest = 65'536,
                                                          .unit = "MB",
                                                          .comment = "Cache of nodes.",
                                                          .not_yet = "Nodes are found once peers connect."}),
      make_key<registry, &RegistryConfig::health_check_interval_ms>(
          "bpci_registry", "health_check_interval_ms",
          {.lowest = 100,
           .highest = 3'600'000,
           .unit = "ms",
           .comment = "Between two checks of a healthy service."}),
      make_key<registry, &RegistryConfig::unhealthy_threshold>(
          "bpci_registry", "unhealthy_threshold",
          {.lowest = 1, .highest = 100, .comment = "Failed checks in a row that make a service unhealthy."}),
      make_key<registry, &RegistryConfig::recovery_check_interval_ms>(
          "bpci_registry", "recovery_check_interval_ms",
          {.lowest = 100,
           .highest = 86'400'000,
           .unit = "ms",
           .comment = "Between two checks of an unhealthy service."}),
      make_key<registry, &RegistryConfig::health_check_timeout_ms>(
          "bpci_registry", "health_check_timeout_ms",
          {.lowest = 100,
           .highest = 60'000,
           .unit = "ms",
           .comment = "A probe without an answer by then has failed."}),
      make_key<registry, &RegistryConfig::probe_allow>(
          "bpci_registry", "probe_allow",
          {.lowest = 1,
           .highest = 64,
           .comment = "Networks that probes may reach although they are loopback, link-local or private. "
                      "Empty: none.",
           .check = check_network}),

  };
}

}  // namespace mnrt::runtime
