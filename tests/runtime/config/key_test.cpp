#include "runtime/config/key.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>
#include <set>

namespace {

using namespace mnrt::runtime;
using namespace mnrt::policies;

TEST_CASE("every key has a name, an environment variable and a comment of its own") {
  std::set<std::string> paths, variables;
  for (const auto& key : all_keys()) {
    INFO(key.path());
    CHECK(paths.insert(key.path()).second);
    CHECK(variables.insert(key.environment_name()).second);
    CHECK(key.facts.comment.ends_with('.'));
    CHECK((key.active() || key.facts.not_yet.ends_with('.')));
    CHECK(find_key(key.section, key.name) == &key);
  }
}

TEST_CASE("every key reads and writes a member of its own") {
  for (const auto& key : all_keys()) {
    INFO(key.path());
    Config config;
    Value other;
    auto value = key.get(config);
    if (auto* flag = std::get_if<bool>(&value))
      other = !*flag;
    else if (auto* number = std::get_if<std::uint64_t>(&value))
      other = *number == key.facts.highest ? *number - 1 : *number + 1;
    else if (auto* share = std::get_if<Share>(&value))
      other = Share{share->ppb - 1};
    else if (auto* amount = std::get_if<Amount>(&value))
      other = Amount{amount->units + 1};
    else if (std::get_if<std::vector<std::string>>(&value))
      other = std::vector<std::string>{key.choices.empty() ? "x" : std::string(key.choices.back())};
    else
      other = key.choices.empty() ? std::string("other") : std::string(key.choices.back());
    key.set(config, other);
    CHECK(key.get(config) == other);
    for (const auto& another : all_keys())
      if (&another != &key) CHECK(another.get(config) == another.get(Config{}));
  }
}

TEST_CASE("every default lies within its own range") {
  const Config defaults;
  for (const auto& key : all_keys()) {
    INFO(key.path());
    CHECK(checked(key, key.get(defaults)).has_value());
  }
}

TEST_CASE("shares are read from their decimals, exactly") {
  const Key* key = find_key("auto_scaling", "cpu_scale_up_threshold");
  auto ppb = [&](std::string_view text) { return std::get<Share>(value_from_text(*key, text).value()).ppb; };
  CHECK(ppb("0.70") == 700'000'000);
  CHECK(ppb("0.1") == 100'000'000);
  CHECK(ppb("0.000000001") == 1);
  CHECK(ppb("0.999999999") == 999'999'999);
  CHECK(ppb("+0.000_001") == 1'000);
  CHECK(ppb("1") == 1'000'000'000);
  CHECK(ppb("1.0") == 1'000'000'000);
  for (auto wrong : {"", "-0.1", "1.000000001", "0.0000000001", "1e-1", "nan", "inf", "0,7", "0.7 ", "70%"})
    CHECK_FALSE(value_from_text(*key, wrong).has_value());
}

TEST_CASE("every share survives the way to text and back") {
  const Key* key = find_key("auto_scaling", "cpu_scale_up_threshold");
  CHECK(rc::check([&] {
    Share share{*rc::gen::inRange<std::uint64_t>(0, whole_ppb + 1)};
    RC_ASSERT(std::get<Share>(value_from_text(*key, to_toml(*key, share)).value()) == share);
  }));
}

TEST_CASE("numbers are refused outside of their range, never wrapped") {
  const Key* key = find_key("bpci_core", "port");
  CHECK(std::get<std::uint64_t>(value_from_text(*key, "65535").value()) == 65'535);
  for (auto wrong :
       {"65536", "99999", "65537", "4294967297", "18446744073709551617", "-1", "0", "", "8080x", "0x50"})
    CHECK_FALSE(value_from_text(*key, wrong).has_value());
}

}  // namespace
