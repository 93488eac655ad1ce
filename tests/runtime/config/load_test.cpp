#include "runtime/config/load.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "runtime/config/show.hpp"

namespace {

using namespace mnrt::runtime;
using namespace mnrt::policies;

const std::string configs = std::string(MNRT_SOURCE_DIR) + "/configs/";

LoadedConfig load(std::string_view text, ConfigRequest request = {}) {
  request.file = "test.toml";
  auto loaded = load_config_text(text, request);
  if (!loaded) FAIL(to_string(loaded.error()));
  return std::move(*loaded);
}

bool equal(const Config& a, const Config& b) {
  return std::all_of(all_keys().begin(), all_keys().end(),
                     [&](const Key& key) { return key.get(a) == key.get(b); });
}

ConfigRequest file(const std::string& name) {
  return {.file = configs + name, .flags = {}, .environment = {}, .is_root = true};
}

TEST_CASE("the owner profile says what the defaults are, all but the file's own paths") {
  auto loaded = load_config(file("owner-4gb.toml"));
  REQUIRE(loaded.has_value());
  Config defaults;
  defaults.server.data_dir = "/var/lib/mnrt";
  CHECK(equal(loaded->config, defaults));
  for (const auto& key : all_keys()) {
    INFO(key.path());
    bool commented = key.path() == "server.chain_id" || key.path() == "server.data_dir";
    CHECK((loaded->origins.at(key.path()).source == Origin::Source::file) == !commented);
  }
}

TEST_CASE("the bench profile differs from the owner profile in the keys that its head lists") {
  auto owner = load_config(file("owner-4gb.toml"));
  auto bench = load_config(file("bench.toml"));
  REQUIRE(owner.has_value());
  REQUIRE(bench.has_value());
  std::ifstream stream(configs + "bench.toml");
  std::string head, line;
  while (std::getline(stream, line) && line.starts_with('#')) head += line + "\n";
  for (const auto& key : all_keys()) {
    INFO(key.path());
    bool listed = head.find("   " + key.path() + " ") != std::string::npos;
    CHECK((key.get(owner->config) != key.get(bench->config)) == listed);
  }
  CHECK(bench->config.core.min_block_time_ms == 50);
  CHECK(bench->config.core.max_transactions_per_block == 2'000);
}

TEST_CASE("every profile in configs/ is accepted") {
  for (const auto& entry : std::filesystem::directory_iterator(configs)) {
    INFO(entry.path().string());
    CHECK(load_config(file(entry.path().filename().string())).has_value());
  }
}

TEST_CASE("a flag wins over the environment, the environment over the file, the file over the default") {
  constexpr auto text = "[bpci_core]\nport = 9000\n[server]\nname = \"from-file\"\nlog_level = \"debug\"\n";
  ConfigRequest request{
      .file = {},
      .flags = {{"--listen-port", "bpci_core.port", "9002"}},
      .environment = {{"MNRT_BPCI_CORE_PORT", "9001"}, {"MNRT_SERVER_NAME", "from-environment"}},
      .is_root = true};
  auto loaded = load(text, request);
  CHECK(loaded.config.core.port == 9002);
  CHECK(loaded.config.server.name == "from-environment");
  CHECK(loaded.config.server.log_level == LogLevel::debug);
  CHECK(loaded.config.server.version == "1.0.0");
  CHECK(to_string(loaded.origins.at("bpci_core.port")) == "flag --listen-port");
  CHECK(to_string(loaded.origins.at("server.name")) == "environment MNRT_SERVER_NAME");
  CHECK(to_string(loaded.origins.at("server.log_level")) == "test.toml:5:13");
  CHECK(to_string(loaded.origins.at("server.version")) == "default");
}

TEST_CASE("the requirements' variables set their keys, and our own names win over them") {
  auto loaded = load(
      "",
      {.file = {},
       .flags = {},
       .environment = {{"BPCI_RAM_LIMIT", "8192"}, {"BPCI_AUTO_SCALE", "false"}, {"BPCI_OWNER_MODE", "true"}},
       .is_root = true});
  CHECK(loaded.config.resources.total_ram_mb == 8'192);
  CHECK_FALSE(loaded.config.scaling.enabled);
  CHECK(loaded.owner_mode);
  CHECK(load("", {.file = {},
                  .flags = {},
                  .environment = {{"BPCI_RAM_LIMIT", "8192"}, {"MNRT_RESOURCES_TOTAL_RAM_MB", "6000"}},
                  .is_root = true})
            .config.resources.total_ram_mb == 6'000);
  CHECK_FALSE(load_config_text(
      "", {.file = {}, .flags = {}, .environment = {{"BPCI_OWNER_MODE", "maybe"}}, .is_root = true}));
}

TEST_CASE("a wrong value in the environment names its variable") {
  auto loaded = load_config_text(
      "", {.file = {}, .flags = {}, .environment = {{"MNRT_BPCI_CORE_PORT", "http"}}, .is_root = true});
  REQUIRE_FALSE(loaded.has_value());
  CHECK(to_string(loaded.error()) ==
        "environment MNRT_BPCI_CORE_PORT: bpci_core.port must be from 1 to 65535, not \"http\"");
}

TEST_CASE("a flag for a key that doesn't exist says which was meant") {
  auto loaded = load_config_text(
      "", {.file = {}, .flags = {{"--set", "bpci_core.prt", "1"}}, .environment = {}, .is_root = true});
  REQUIRE_FALSE(loaded.has_value());
  CHECK(to_string(loaded.error()) ==
        "flag --set: unknown key \"bpci_core.prt\"; did you mean \"bpci_core.port\"?");
}

TEST_CASE("a misspelt variable warns, the command's own don't") {
  auto loaded = load(
      "", {.file = {},
           .flags = {},
           .environment = {{"MNRT_SERVER_NMAE", "x"}, {"MNRT_API", "https://a"}, {"MNRT_DATA_DIR", "/srv/m"}},
           .is_root = true});
  REQUIRE(loaded.warnings.size() == 1);
  CHECK(loaded.warnings[0] ==
        "environment variable MNRT_SERVER_NMAE means nothing to mnrt; did you mean MNRT_SERVER_NAME?");
  CHECK(loaded.config.server.data_dir == "/srv/m");
}

TEST_CASE("lists and nested keys have variables too") {
  auto loaded = load("", {.file = {},
                          .flags = {},
                          .environment = {{"MNRT_SECURITY_ALLOWED_HOSTS", "a.example, b.example"},
                                          {"MNRT_MONITORING_ALERT_THRESHOLDS_CPU", "0.5"},
                                          {"MNRT_NETWORK_DISCOVERY_MECHANISMS", "DNS,manual"}},
                          .is_root = true});
  CHECK(loaded.config.security.allowed_hosts == std::vector<std::string>{"a.example", "b.example"});
  CHECK(loaded.config.monitoring.alert_thresholds.cpu.ppb == 500'000'000);
  CHECK(loaded.config.discovery.mechanisms ==
        std::vector<DiscoveryProtocol>{DiscoveryProtocol::dns, DiscoveryProtocol::manual});
}

TEST_CASE("keys that have no effect yet are accepted and listed when somebody sets them") {
  auto loaded = load("[bpci_notary]\nport = 9081\n[bpci_core]\nport = 9080\n");
  REQUIRE(loaded.set_but_not_active.size() == 1);
  CHECK(loaded.set_but_not_active[0]->path() == "bpci_notary.port");
}

TEST_CASE("amounts are whole tokens or decimals in quotes") {
  auto loaded = load("[genesis]\nowner_gen = 5\nowner_nex = \"0.5\"\nowner_flx = 1.5\nowner_aur = 1_000\n");
  CHECK(loaded.config.genesis.owner_gen.units == 5'000'000'000);
  CHECK(loaded.config.genesis.owner_nex.units == 500'000'000);
  CHECK(loaded.config.genesis.owner_flx.units == 1'500'000'000);
  CHECK(loaded.config.genesis.owner_aur.units == 1'000'000'000'000);
}

TEST_CASE("what `config show` prints reads back as the same config") {
  ConfigRequest request{.file = {}, .flags = {}, .environment = {}, .is_root = true};
  auto first = load(
      "[server]\nname = \"a \\\"b\\\" \\\\ ü\"\n[auto_scaling]\ncpu_scale_up_threshold = 1\n"
      "[genesis]\nowner_flx = \"0.000000001\"\n[security]\ncors_origins = [\"https://a.example:1\"]\n",
      request);
  for (bool origin : {false, true})
    CHECK(equal(load(show_config(first, {.origin = origin}), request).config, first.config));
}

TEST_CASE("the data directory is root's, the XDG one or the home's") {
  CHECK(default_data_dir({{"HOME", "/home/a"}}, true) == "/var/lib/mnrt");
  CHECK(default_data_dir({{"HOME", "/home/a"}}, false) == "/home/a/.local/share/mnrt");
  CHECK(default_data_dir({{"HOME", "/home/a"}, {"XDG_DATA_HOME", "/data"}}, false) == "/data/mnrt");
}

TEST_CASE("a missing file, a directory and a huge file are refused in one line") {
  CHECK_FALSE(load_config(file("nothing.toml")).has_value());
  auto directory = load_config({.file = configs, .flags = {}, .environment = {}, .is_root = true});
  REQUIRE_FALSE(directory.has_value());
  CHECK(to_string(directory.error()) == configs + ": is a directory; name the config file in it");
  auto endless = load_config({.file = "/dev/zero", .flags = {}, .environment = {}, .is_root = true});
  REQUIRE_FALSE(endless.has_value());
  CHECK(to_string(endless.error()) == "/dev/zero: is larger than 262144 bytes");
}

TEST_CASE("lines may end as on other systems and the file may start with a byte order mark") {
  CHECK(load("\xEF\xBB\xBF[server]\r\nname = \"a\"\r\n").config.server.name == "a");
}

}  // namespace
