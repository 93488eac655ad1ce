#pragma once

#include <algorithm>
#include <cstdint>
#include <expected>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "policies/config.hpp"

// The description of every key: loader, `config check`, `config show`, the environment's names and the
// reference in docs/ all come from this one table.
namespace mnrt::runtime {

/// A key's value on its way between text and the config struct. Choices travel by their names.
using Value = std::variant<bool, std::uint64_t, policies::Share, policies::Amount, std::string,
                           std::vector<std::string>>;

enum class Kind : std::uint8_t { boolean, number, share, amount, text, texts, choice, choices };

/// What is wrong with a text, as the end of a sentence that starts with the key; nothing: it is well formed.
using TextCheck = std::optional<std::string> (*)(std::string_view text);

/// What a row of the table says beside its name and its place in the struct.
struct KeyFacts {
  std::uint64_t lowest{};  ///< of a number or share (ppb), inclusive; of a text: its bytes
  std::uint64_t highest{std::numeric_limits<std::int64_t>::max()};
  std::string_view unit{};     ///< of a number: "ms", "MB"; empty: a count
  std::string_view comment{};  ///< what the key does, one sentence
  std::string_view not_yet{};  ///< why it has no effect in this version, one sentence; empty: it is active
  TextCheck check{};           ///< of a text, and of each text of a list; empty texts aren't checked
};

struct Key {
  std::string_view section;
  std::string_view name;  ///< within its section; `table.key` in an inline table
  Kind kind{};
  KeyFacts facts;
  std::span<const std::string_view> choices;  ///< as the file writes them
  Value (*get)(const policies::Config&){};
  void (*set)(policies::Config&, const Value&){};

  bool active() const { return facts.not_yet.empty(); }
  /// `section.name`.
  std::string path() const;
  /// `MNRT_SECTION_NAME`.
  std::string environment_name() const;
};

/// All keys, in the order in which the reference lists them.
const std::vector<Key>& all_keys();

const Key* find_key(std::string_view section, std::string_view name);

/// A value as a flag or the environment writes it: lists separated by commas, booleans true/false/1/0. The
/// error is the end of a sentence that starts with the key: `must be from 50 to 600000 ms, not 7`.
std::expected<Value, std::string> value_from_text(const Key& key, std::string_view text);

/// Checks range, choices and form of a value of the right type.
std::expected<Value, std::string> checked(const Key& key, Value value);

/// A decimal TOML number without a dot, underscores allowed, as its digits; nothing if it isn't one.
std::optional<std::string> plain_digits(std::string_view number);

/// The value as TOML.
std::string to_toml(const Key& key, const Value& value);

/// `from 50 to 600000 ms`, `true or false`, `one of "a", "b"`: what a key accepts.
std::string accepted_values(const Key& key);

// Names of the choices, by the number of the enumerator.
std::span<const std::string_view> names_of(policies::Environment);
std::span<const std::string_view> names_of(policies::LogLevel);
std::span<const std::string_view> names_of(policies::LogFormat);
std::span<const std::string_view> names_of(policies::BlockchainEngine);
std::span<const std::string_view> names_of(policies::ConsensusType);
std::span<const std::string_view> names_of(policies::SignatureAlgorithm);
std::span<const std::string_view> names_of(policies::ParticipationMode);
std::span<const std::string_view> names_of(policies::WitnessSelection);
std::span<const std::string_view> names_of(policies::DiscoveryProtocol);

namespace detail {

template <class E>
E choice_from_name(const std::string& name) {
  auto names = names_of(E{});
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<E>(i);
  return E{};
}

template <class E>
std::string name_of_choice(E choice) {
  return std::string(names_of(choice)[static_cast<std::size_t>(choice)]);
}

template <class T>
struct Conversion {
  static constexpr Kind kind = Kind::number;
  static Value get(T v) { return static_cast<std::uint64_t>(v); }
  static void set(T& to, const Value& v) { to = static_cast<T>(std::get<std::uint64_t>(v)); }
};
template <class T>
struct Same {
  static Value get(const T& v) { return v; }
  static void set(T& to, const Value& v) { to = std::get<T>(v); }
};
template <>
struct Conversion<bool> : Same<bool> {
  static constexpr Kind kind = Kind::boolean;
};
template <>
struct Conversion<policies::Share> : Same<policies::Share> {
  static constexpr Kind kind = Kind::share;
};
template <>
struct Conversion<policies::Amount> : Same<policies::Amount> {
  static constexpr Kind kind = Kind::amount;
};
template <>
struct Conversion<std::string> : Same<std::string> {
  static constexpr Kind kind = Kind::text;
};
template <>
struct Conversion<std::vector<std::string>> : Same<std::vector<std::string>> {
  static constexpr Kind kind = Kind::texts;
};
template <class E>
  requires std::is_enum_v<E>
struct Conversion<E> {
  static constexpr Kind kind = Kind::choice;
  static Value get(E v) { return name_of_choice(v); }
  static void set(E& to, const Value& v) { to = choice_from_name<E>(std::get<std::string>(v)); }
};
template <class E>
  requires std::is_enum_v<E>
struct Conversion<std::vector<E>> {
  static constexpr Kind kind = Kind::choices;
  static Value get(const std::vector<E>& v) {
    std::vector<std::string> names;
    for (auto choice : v) names.push_back(name_of_choice(choice));
    return names;
  }
  static void set(std::vector<E>& to, const Value& v) {
    to.clear();
    for (const auto& name : std::get<std::vector<std::string>>(v)) to.push_back(choice_from_name<E>(name));
  }
};

template <class T>
std::span<const std::string_view> choices_of() {
  if constexpr (std::is_enum_v<T>)
    return names_of(T{});
  else if constexpr (Conversion<T>::kind == Kind::choices)
    return names_of(typename T::value_type{});
  else
    return {};
}

}  // namespace detail

/// A row of the table: `path` leads from the config struct to the member.
template <auto... path>
Key make_key(std::string_view section, std::string_view name, KeyFacts facts) {
  using Member = std::remove_cvref_t<decltype((std::declval<policies::Config&>().*....*path))>;
  using Convert = detail::Conversion<Member>;
  constexpr std::uint64_t tokens_max = 9'000'000'000;  // in base units still a 64-bit number
  if (Convert::kind == Kind::share) facts.highest = std::min(facts.highest, policies::whole_ppb);
  if (Convert::kind == Kind::amount)
    facts.highest = std::min(facts.highest, tokens_max * policies::whole_ppb);
  return {.section = section,
          .name = name,
          .kind = Convert::kind,
          .facts = facts,
          .choices = detail::choices_of<Member>(),
          .get = [](const policies::Config& c) -> Value { return Convert::get((c.*....*path)); },
          .set = [](policies::Config& c, const Value& v) { Convert::set((c.*....*path), v); }};
}

// The table's parts, in the order of the file.
std::vector<Key> server_keys();
std::vector<Key> role_keys();
std::vector<Key> network_keys();
std::vector<Key> service_keys();

}  // namespace mnrt::runtime
