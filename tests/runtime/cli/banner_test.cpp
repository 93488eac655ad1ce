#include "runtime/cli/banner.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

namespace {

using namespace mnrt::runtime;
namespace policies = mnrt::policies;

LoadedConfig loaded_from(std::string_view toml) {
  return load_config_text(toml, {.file = "test", .flags = {}, .environment = {}, .is_root = false}).value();
}

NodeFacts new_node() {
  NodeFacts facts;
  facts.addresses = {.api = "https://127.0.0.1:8080",
                     .metrics = "http://127.0.0.1:9180/metrics",
                     .ca_file = "/data/tls/ca.pem",
                     .token_file = "/data/api-token",
                     .admin_socket = "/data/admin.sock"};
  facts.validators = 1;
  facts.new_chain = true;
  facts.holds_owner_key = true;
  return facts;
}

std::vector<const Key*> inactive_keys() {
  std::vector<const Key*> keys;
  for (const auto& key : all_keys())
    if (!key.active()) keys.push_back(&key);
  return keys;
}

/// The names of keys in a text of lines `  section  name, name` or `  section  all N`.
std::set<std::string> listed_in(const std::string& text) {
  std::set<std::string> paths;
  std::istringstream lines{text};
  std::string section;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  ")) continue;  // what the list is
    std::istringstream words{line};
    std::string word;
    if (line.size() > 2 && line[2] != ' ') words >> section;
    while (words >> word) {
      if (word == "all") {
        for (const auto& key : all_keys())
          if (key.section == section) paths.insert(key.path());
        break;
      }
      if (word.ends_with(',')) word.pop_back();
      paths.insert(section + "." + word);
    }
  }
  return paths;
}

TEST_CASE("the banner lists every key that has no effect yet, and no other, however narrow it is") {
  const auto keys = inactive_keys();
  std::set<std::string> expected;
  for (const auto* key : keys) expected.insert(key->path());
  REQUIRE(expected.size() > 10);
  for (const std::size_t columns : {60, 80, 160}) {
    const auto text = not_active_text(keys, columns);
    CHECK(listed_in(text) == expected);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= columns);
  }
  CHECK(not_active_text({}, 80).empty());
}

TEST_CASE("the banner of a new chain says what starts it, where it answers and which line keeps it") {
  const auto loaded = loaded_from("[server]\nname = \"mine\"\n");
  const auto facts = new_node();
  const auto text = banner_text({.loaded = loaded, .facts = facts, .data_dir = "/data"}, {});
  for (const auto* part : {"mine", "https://127.0.0.1:8080", "/data/tls/ca.pem", "/data/api-token", "unarmed",
                           "self-asserted", "4096 MB", "chain_id = \""})
    CHECK(text.find(part) != std::string::npos);
  const Banner in_memory{.loaded = loaded, .facts = facts, .data_dir = "/data", .keeps_chain = false};
  CHECK(banner_text(in_memory, {}).find("chain_id = \"") == std::string::npos);
}

TEST_CASE("the line that keeps the chain is printed until the config has it, not at the first start alone") {
  auto facts = new_node();
  facts.new_chain = false;
  const auto without = loaded_from("");
  CHECK(banner_text({.loaded = without, .facts = facts, .data_dir = "/data"}, {}).find("chain_id = \"") !=
        std::string::npos);
  const auto with = loaded_from("[server]\nchain_id = \"" + std::string(64, 'a') + "\"\n");
  CHECK(banner_text({.loaded = with, .facts = facts, .data_dir = "/data"}, {}).find("chain_id = \"") ==
        std::string::npos);
}

TEST_CASE("a warning stands in the banner, for people and for scripts") {
  const auto loaded = loaded_from("");
  auto facts = new_node();
  facts.warnings = {"made a passphrase"};
  const Banner banner{.loaded = loaded, .facts = facts, .data_dir = "/data"};
  CHECK(banner_text(banner, {}).find("warning: made a passphrase") != std::string::npos);
  CHECK(banner_json(banner)["warnings"] == Json::array({"made a passphrase"}));
}

TEST_CASE("without TLS the banner says so") {
  const auto loaded = loaded_from("[security]\ntls_enabled = false\n");
  const auto facts = new_node();
  CHECK(banner_text({.loaded = loaded, .facts = facts, .data_dir = "/data"}, {}).find("TLS          off") !=
        std::string::npos);
}

}  // namespace
