#include "runtime/cli/banner.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/cli/printable.hpp"
#include "runtime/cli/version.hpp"

namespace mnrt::runtime {
namespace {

std::string line(std::string_view label, std::string_view text, std::size_t columns) {
  return wrapped(fmt::format("  {:<13}", label), printable(text), columns) + "\n";
}

std::string tls_text(const Banner& banner) {
  const auto& security = banner.loaded.config.security;
  if (!security.tls_enabled) return "off: whoever is on the way reads and changes what is sent";
  if (!security.cert_file.empty()) return "1.3, certificate " + security.cert_file;
  return "1.3, own authority: curl --cacert " + banner.facts.addresses.ca_file.string();
}

std::string memory_text(const policies::Config& config) {
  return fmt::format("{} MB: core {}, notary {}, validator {}, registry {}", config.resources.total_ram_mb,
                     config.core.ram_allocation_mb, config.notary.ram_allocation_mb,
                     config.validator.ram_allocation_mb, config.registry.ram_allocation_mb);
}

std::size_t keys_in(std::string_view section) {
  return static_cast<std::size_t>(std::ranges::count(all_keys(), section, &Key::section));
}

}  // namespace

std::string not_active_text(const std::vector<const Key*>& keys, std::size_t columns) {
  if (keys.empty()) return {};
  auto out =
      wrapped("",
              fmt::format("{} {} of the config {} no effect yet; `mnrt config show` says why:", keys.size(),
                          keys.size() == 1 ? "key" : "keys", keys.size() == 1 ? "has" : "have"),
              columns) +
      "\n";
  for (auto at = keys.begin(); at != keys.end();) {
    const auto section = (*at)->section;
    const auto end = std::find_if(at, keys.end(), [&](const Key* key) { return key->section != section; });
    std::string names;
    if (static_cast<std::size_t>(end - at) == keys_in(section) && end - at > 1)
      names = fmt::format("all {}", end - at);
    else
      for (auto key = at; key != end; ++key)
        names += fmt::format("{}{}", key == at ? "" : ", ", (*key)->name);
    out += wrapped(fmt::format("  {:<20}", section), names, columns) + "\n";
    at = end;
  }
  return out;
}

Look look_of_output() {
  return {.columns = terminal_columns(), .style = {.colours = has_colours()}};
}

std::string banner_text(const Banner& banner, const Look& look) {
  const auto columns = look.columns;
  const auto& [loaded, facts, data_dir, keeps_chain] = banner;
  const auto address = [](const policies::Address& of) { return policies::to_bech32m(of); };
  auto text =
      look.style.bold(fmt::format("mnrt {}  {}", version_text(), printable(loaded.config.server.name))) +
      "\n\n";
  if (auto keys = not_active_text(loaded.set_but_not_active, columns); !keys.empty())
    text += look.style.faint(keys) + "\n";
  text += line("chain", policies::to_hex(facts.chain_id.bytes), columns);
  text += line("node", address(facts.seat), columns);
  text +=
      line("owner", address(facts.owner) + (facts.holds_owner_key ? "" : " (its key is not here)"), columns);
  text += line("data", data_dir.string(), columns);
  text += line("API", facts.addresses.api, columns);
  text += line("TLS", tls_text(banner), columns);
  text += line("auth",
               "anyone who reaches the API reads and sends what they signed; what is the operator's needs "
               "the token in " +
                   facts.addresses.token_file.string(),
               columns);
  text += line("metrics", facts.addresses.metrics.empty() ? "off" : facts.addresses.metrics, columns);
  text += line("memory", memory_text(loaded.config), columns);
  text += line("height", fmt::format("{}", facts.height.value), columns);
  text += line("immortality",
               fmt::format("unarmed: {} validator, so no failure is tolerated", facts.validators), columns);
  text += line("assurance", "self-asserted (1 operator, 0 external witnesses)", columns);
  for (const auto& warning : facts.warnings)
    text += "\n" + look.style.warning(wrapped("warning: ", printable(warning), columns)) + "\n";
  if (keeps_chain && loaded.config.server.chain_id.empty())
    text +=
        "\n" +
        wrapped("",
                facts.new_chain
                    ? "This is a new chain. So that a lost disk never starts another one, add to [server]:"
                    : "So that a lost disk never starts another chain, add to [server]:",
                columns) +
        fmt::format("\n  chain_id = \"{}\"\n", policies::to_hex(facts.chain_id.bytes));
  text.pop_back();
  return text;
}

Json banner_json(const Banner& banner) {
  const auto& [loaded, facts, data_dir, keeps_chain] = banner;
  auto keys = Json::array();
  for (const auto* key : loaded.set_but_not_active) keys.push_back(key->path());
  return {{"version", version_text()},
          {"chain_id", policies::to_hex(facts.chain_id.bytes)},
          {"node", policies::to_bech32m(facts.seat)},
          {"owner", policies::to_bech32m(facts.owner)},
          {"holds_owner_key", facts.holds_owner_key},
          {"data_dir", data_dir.string()},
          {"api", facts.addresses.api},
          {"ca_file", facts.addresses.ca_file.string()},
          {"token_file", facts.addresses.token_file.string()},
          {"metrics", facts.addresses.metrics},
          {"height", facts.height.value},
          {"validators", facts.validators},
          {"immortality", "unarmed"},
          {"new_chain", facts.new_chain},
          {"not_active_yet", std::move(keys)},
          {"warnings", facts.warnings}};
}

}  // namespace mnrt::runtime
