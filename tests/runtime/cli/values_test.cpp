#include <catch2/catch.hpp>

#include "runtime/cli/node_client.hpp"
#include "runtime/cli/wallets.hpp"
#include "tests/runtime/keys/scratch_folder.hpp"

namespace {

using namespace mnrt::runtime;
using namespace mnrt::tests;
using mnrt::policies::Token;

TEST_CASE("amounts are a number and a token") {
  auto amount = token_amount_from("1.5 FLX");
  REQUIRE(amount.has_value());
  CHECK((amount->amount.units == 1'500'000'000 && amount->token == Token::flx));
  CHECK(token_amount_from("20GEN")->amount.units == 20'000'000'000);
  CHECK(token_amount_from("0.000000001 AUR")->amount.units == 1);
}

TEST_CASE("lines of an answer hold no escape sequence that a node put there") {
  CHECK(lines_of({{"name", "web\x1b[2J\nhealth: healthy"}}) == "name: web\\x1b[2J\\nhealth: healthy");
  CHECK(lines_of({{"a\x1b", {"\xc2\x9b"}}}) == "a\\x1b: \\u{9b}");
}

TEST_CASE("what is no amount is a usage error") {
  for (auto wrong : {"", "FLX", "1", "-1 FLX", "0 FLX", "1 DOGE", "1 flx", "0.0000000001 FLX", "1.2.3 FLX",
                     "1 FLX FLX", "1e3 FLX"}) {
    auto amount = token_amount_from(wrong);
    INFO(wrong);
    REQUIRE_FALSE(amount.has_value());
    CHECK(amount.error().exit == ExitCode::usage);
  }
}

TEST_CASE("a receiver is an address or a wallet of this data directory, and nothing near one") {
  ScratchFolder scratch;
  Context context;
  context.data_dir = scratch.path().string();
  auto vault = Vault::open(scratch.path() / "keys", Passphrase("correct horse"));
  auto key = vault->create_key(wallet_label("alice"));
  REQUIRE(key.has_value());
  auto address = address_of_key(*key);
  auto text = to_bech32m(address);
  CHECK(address_from(context, text).value() == address);
  CHECK(address_from(context, "alice").value() == address);
  auto changed = text;
  changed.back() = changed.back() == 'q' ? 'p' : 'q';
  for (const auto& wrong :
       {changed, text.substr(1), std::string("bob"), std::string("../alice"), std::string()}) {
    auto refused = address_from(context, wrong);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().exit == ExitCode::usage);
  }
}

TEST_CASE("answers are shown as lines, nested values indented") {
  Json value{{"a", 1}, {"b", {{"c", "x"}, {"d", Json::array({1, 2})}}}, {"e", nullptr}, {"f", Json::array()}};
  CHECK(lines_of(value) == "a: 1\nb:\n  c: x\n  d: 1, 2\ne: none\nf: none");
}

TEST_CASE("what stands in a path can't be taken for structure") {
  CHECK(percent_encoded("blake3:ab-1_2.3~") == "blake3:ab-1_2.3~");
  CHECK(percent_encoded("a/b?c#d e\n") == "a%2Fb%3Fc%23d%20e%0A");
}

}  // namespace
