#include "runtime/config/key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace mnrt::runtime {

using policies::Amount;
using policies::Share;

namespace {

std::string upper_case(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", static_cast<char>(c));
    else if (c < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04X}", c);
    else
      out += static_cast<char>(c);
  }
  return out + '"';
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    auto end = text.find(',');
    auto part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return parts;
}

/// Bounds of a list: the file is an operator's, so these only catch a file that isn't meant.
constexpr std::size_t texts_max = 64;

std::unexpected<std::string> refused(const Key& key, std::string_view what) {
  return std::unexpected(fmt::format("must be {}, not {}", accepted_values(key), what));
}

std::optional<std::string> wrong_text(const Key& key, std::string_view text) {
  if (text.size() < key.facts.lowest || text.size() > std::min<std::uint64_t>(key.facts.highest, 4096))
    return fmt::format("must have {} to {} bytes, not {}", key.facts.lowest,
                       std::min<std::uint64_t>(key.facts.highest, 4096), text.size());
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    return std::string("must not hold control characters");
  if (key.facts.check && !text.empty()) return key.facts.check(text);
  return std::nullopt;
}

bool is_choice(const Key& key, std::string_view name) {
  return std::find(key.choices.begin(), key.choices.end(), name) != key.choices.end();
}

std::expected<Value, std::string> checked_list(const Key& key, std::vector<std::string> list) {
  if (list.size() > texts_max)
    return std::unexpected(fmt::format("must have at most {} entries, not {}", texts_max, list.size()));
  for (auto entry = list.begin(); entry != list.end(); ++entry) {
    if (key.kind == Kind::choices && !is_choice(key, *entry)) return refused(key, quoted(*entry));
    if (entry->empty()) return std::unexpected("must not hold an empty entry");
    if (key.kind == Kind::texts)
      if (auto wrong = wrong_text(key, *entry)) return std::unexpected(*wrong);
    if (std::find(list.begin(), entry, *entry) != entry)
      return std::unexpected(fmt::format("must not hold {} twice", quoted(*entry)));
  }
  return Value(std::move(list));
}

}  // namespace

std::string Key::path() const {
  return fmt::format("{}.{}", section, name);
}

std::string Key::environment_name() const {
  return fmt::format("MNRT_{}_{}", upper_case(section), upper_case(name));
}

const std::vector<Key>& all_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> all;
    for (auto part : {server_keys, role_keys, network_keys, service_keys})
      for (auto& key : part()) all.push_back(key);
    return all;
  }();
  return keys;
}

const Key* find_key(std::string_view section, std::string_view name) {
  for (const auto& key : all_keys())
    if (key.section == section && key.name == name) return &key;
  return nullptr;
}

std::optional<std::string> plain_digits(std::string_view number) {
  if (number.starts_with('+')) number.remove_prefix(1);
  std::string digits;
  for (char c : number) {
    if (c == '_') continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
  }
  if (digits.empty()) return std::nullopt;
  return digits;
}

std::string accepted_values(const Key& key) {
  const auto& f = key.facts;
  switch (key.kind) {
    case Kind::boolean:
      return "true or false";
    case Kind::number:
      return fmt::format("from {} to {}{}{}", f.lowest, f.highest, f.unit.empty() ? "" : " ", f.unit);
    case Kind::share:
      return fmt::format("from {} to {} with at most nine decimals", to_decimal(Amount{f.lowest}),
                         to_decimal(Amount{f.highest}));
    case Kind::amount:
      return fmt::format("an amount of tokens from 0 to {} with at most nine decimals",
                         to_decimal(Amount{f.highest}));
    case Kind::text:
      return "a string";
    case Kind::texts:
      return "a list of strings";
    case Kind::choice:
    case Kind::choices: {
      std::string names;
      for (auto name : key.choices) names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
      if (key.choices.size() == 1) return names;
      return fmt::format("{} {}", key.kind == Kind::choice ? "one of" : "a list of", names);
    }
  }
  return {};
}

std::expected<Value, std::string> checked(const Key& key, Value value) {
  switch (key.kind) {
    case Kind::boolean:
      return value;
    case Kind::number: {
      auto number = std::get<std::uint64_t>(value);
      if (number < key.facts.lowest || number > key.facts.highest)
        return refused(key, std::to_string(number));
      return value;
    }
    case Kind::share: {
      auto share = std::get<Share>(value);
      if (share.ppb < key.facts.lowest || share.ppb > key.facts.highest)
        return refused(key, to_decimal(Amount{share.ppb}));
      return value;
    }
    case Kind::amount: {
      auto amount = std::get<Amount>(value);
      if (amount.units > key.facts.highest) return refused(key, to_decimal(amount));
      return value;
    }
    case Kind::text:
      if (auto wrong = wrong_text(key, std::get<std::string>(value))) return std::unexpected(*wrong);
      return value;
    case Kind::choice:
      if (!is_choice(key, std::get<std::string>(value)))
        return refused(key, quoted(std::get<std::string>(value)));
      return value;
    case Kind::texts:
    case Kind::choices:
      return checked_list(key, std::get<std::vector<std::string>>(std::move(value)));
  }
  return value;
}

std::expected<Value, std::string> value_from_text(const Key& key, std::string_view text) {
  switch (key.kind) {
    case Kind::boolean:
      if (text == "true" || text == "1") return Value(true);
      if (text == "false" || text == "0") return Value(false);
      return refused(key, quoted(text));
    case Kind::number: {
      auto digits = plain_digits(text);
      if (!digits) return refused(key, text.starts_with('-') ? std::string(text) : quoted(text));
      std::uint64_t number{};
      auto [end, error] = std::from_chars(digits->data(), digits->data() + digits->size(), number);
      if (error != std::errc{}) return refused(key, *digits);
      return checked(key, number);
    }
    case Kind::share:
    case Kind::amount: {
      std::string decimal(text.starts_with('+') ? text.substr(1) : text);
      std::erase(decimal, '_');
      auto amount = policies::amount_from_decimal(decimal);
      if (!amount || (key.kind == Kind::share && amount->units > policies::whole_ppb))
        return refused(key, text.empty() ? "\"\"" : text);
      if (key.kind == Kind::amount) return checked(key, *amount);
      return checked(key, Share{static_cast<std::uint64_t>(amount->units)});
    }
    case Kind::text:
    case Kind::choice:
      return checked(key, std::string(text));
    case Kind::texts:
    case Kind::choices:
      return checked(key, split_at_commas(text));
  }
  return refused(key, text);
}

std::string to_toml(const Key& key, const Value& value) {
  switch (key.kind) {
    case Kind::boolean:
      return std::get<bool>(value) ? "true" : "false";
    case Kind::number:
      return std::to_string(std::get<std::uint64_t>(value));
    case Kind::share: {
      auto text = to_decimal(Amount{std::get<Share>(value).ppb});
      return text.find('.') == std::string::npos ? text + ".0" : text;
    }
    case Kind::amount: {
      auto text = to_decimal(std::get<Amount>(value));
      return text.find('.') == std::string::npos ? text : quoted(text);
    }
    case Kind::text:
    case Kind::choice:
      return quoted(std::get<std::string>(value));
    case Kind::texts:
    case Kind::choices: {
      std::string list;
      for (const auto& entry : std::get<std::vector<std::string>>(value))
        list += (list.empty() ? "" : ", ") + quoted(entry);
      return fmt::format("[{}]", list);
    }
  }
  return {};
}

namespace {

// In the order of the enumerators in policies/config.hpp.
constexpr std::array<std::string_view, 3> environments{"production", "staging", "development"};
constexpr std::array<std::string_view, 4> log_levels{"debug", "info", "warning", "error"};
constexpr std::array<std::string_view, 2> log_formats{"text", "json"};
constexpr std::array<std::string_view, 1> engines{"lightweight"};
constexpr std::array<std::string_view, 1> consensus_types{"IBFT"};
constexpr std::array<std::string_view, 1> algorithms{"Ed25519"};
constexpr std::array<std::string_view, 1> modes{"active"};
constexpr std::array<std::string_view, 1> selections{"Random"};
constexpr std::array<std::string_view, 4> protocols{"mDNS", "DHT", "DNS", "manual"};

}  // namespace

std::span<const std::string_view> names_of(policies::Environment) {
  return environments;
}
std::span<const std::string_view> names_of(policies::LogLevel) {
  return log_levels;
}
std::span<const std::string_view> names_of(policies::LogFormat) {
  return log_formats;
}
std::span<const std::string_view> names_of(policies::BlockchainEngine) {
  return engines;
}
std::span<const std::string_view> names_of(policies::ConsensusType) {
  return consensus_types;
}
std::span<const std::string_view> names_of(policies::SignatureAlgorithm) {
  return algorithms;
}
std::span<const std::string_view> names_of(policies::ParticipationMode) {
  return modes;
}
std::span<const std::string_view> names_of(policies::WitnessSelection) {
  return selections;
}
std::span<const std::string_view> names_of(policies::DiscoveryProtocol) {
  return protocols;
}

}  // namespace mnrt::runtime
