#include "runtime/config/key.hpp"
#include "runtime/config/text_checks.hpp"

namespace mnrt::runtime {

using namespace policies;

std::vector<Key> server_keys() {
  constexpr auto server = &Config::server;
  constexpr auto resources = &Config::resources;
  return {
      make_key<server, &ServerConfig::name>(
          "server", "name",
          {.lowest = 1, .highest = 64, .comment = "What people call this node; status shows it."}),
      make_key<server, &ServerConfig::version>(
          "server", "version",
          {.lowest = 1,
           .highest = 32,
           .comment = "The version of your deployment, for people; status shows it."}),
      make_key<server, &ServerConfig::environment>(
          "server", "environment",
          {.comment = "What this deployment is for; status shows it, nothing depends on it."}),
      make_key<server, &ServerConfig::log_level>(
          "server", "log_level", {.comment = "The least level that is logged, on standard error."}),
      make_key<server, &ServerConfig::log_format>(
          "server", "log_format", {.comment = "Lines for people, or one JSON object a line."}),
      make_key<server, &ServerConfig::chain_id>(
          "server", "chain_id",
          {.highest = 64,
           .comment = "The chain this node belongs to. Once set, an empty data directory is refused: an "
                      "unmounted disk "
                      "must not start a new chain.",
           .check = check_chain_id}),
      make_key<server, &ServerConfig::data_dir>(
          "server", "data_dir",
          {.highest = 1024,
           .comment = "Keys, database and certificates. Default: /var/lib/mnrt for root, else "
                      "~/.local/share/mnrt."}),
      make_key<server, &ServerConfig::listen_address>(
          "server", "listen_address",
          {.lowest = 1,
           .highest = 64,
           .comment =
               "The address that the role ports are opened on; 0.0.0.0 or :: to be reached from outside.",
           .check = check_ip_address}),

      make_key<resources, &ResourcesConfig::total_ram_mb>(
          "resources", "total_ram_mb",
          {.lowest = 512,
           .highest = 1'048'576,
           .unit = "MB",
           .comment = "What the node may use; the roles' allocations are ceilings within it."}),
      make_key<resources, &ResourcesConfig::cpu_cores>(
          "resources", "cpu_cores",
          {.lowest = 1,
           .highest = 1024,
           .comment = "Worker threads of the node; clipped to the machine's cores."}),
      make_key<resources, &ResourcesConfig::storage_gb>(
          "resources", "storage_gb",
          {.lowest = 1,
           .highest = 1'000'000,
           .unit = "GB",
           .comment =
               "The disk budget of the data directory; notarisations are refused from 90 % of it on."}),
      make_key<resources, &ResourcesConfig::network_bandwidth_mbps>(
          "resources", "network_bandwidth_mbps",
          {.lowest = 1,
           .highest = 1'000'000,
           .unit = "Mbit/s",
           .comment = "What the node may send to peers.",
           .not_yet = "Peers don't connect yet, so nothing is sent that it could limit."}),
  };
}

}  // namespace mnrt::runtime
