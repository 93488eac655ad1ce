#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <string>

#include "messages/transaction_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/ledger/outcome.hpp"
#include "policies/ledger/parameters.hpp"

// docs/formats.md is what other programs are written against: what it lists must be what the node does.
namespace mnrt::messages {
namespace {

using namespace policies;

const std::string& page() {
  static const std::string text = [] {
    std::ifstream in(MNRT_SOURCE_DIR "/docs/formats.md");
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  return text;
}

bool lists(const std::string& text) {
  return page().find(text) != std::string::npos;
}

std::string with_commas(std::uint64_t number) {
  auto digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

TEST_CASE("the formats page lists every parameter with its number, value and range") {
  const auto all = default_parameters();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto row = "| " + std::to_string(i) + " | `" + std::string(name_of(static_cast<Parameter>(i))) +
                     "` | " + with_commas(all[i].value) + " | " + with_commas(all[i].lowest) + " | " +
                     with_commas(all[i].highest) + " |";
    INFO(row);
    REQUIRE(lists(row));
  }
}

TEST_CASE("the formats page lists every refusal with its number") {
  for (int i = 0; i <= static_cast<int>(refusal_last); ++i) {
    const auto cell = " " + std::to_string(i) + " `" + std::string(name_of(static_cast<Refusal>(i))) + "` ";
    INFO(cell);
    REQUIRE(lists(cell));
  }
}

TEST_CASE("the formats page lists every domain's tag") {
  for (int i = 0; i <= static_cast<int>(Domain::evidence); ++i) {
    const std::string tag(tag_of(static_cast<Domain>(i)));
    INFO(tag);
    REQUIRE(lists("| `" + tag + "` |"));
  }
}

/// The worked example: seed and address bytes that a reader can type.
std::shared_ptr<const SignedTransaction> example() {
  std::array<std::uint8_t, 32> seed;
  seed.fill(0x01);
  Transaction body;
  body.chain_id.bytes.fill(0x11);
  body.sender.bytes.fill(0x22);
  body.nonce = 7;
  body.expiry = {50};
  body.fee_limit = {10'000};
  Transfer transfer{.to = {}, .token = Token::flx, .amount = {1'500'000'000}};
  transfer.to.bytes.fill(0x33);
  body.operations = {transfer};
  return sign_transaction(body, std::array{SigningKey(SecretSeed(seed))});
}

TEST_CASE("the formats page's worked example is what the encoder makes") {
  const auto transaction = example();
  std::string dense = page();
  dense.erase(
      std::remove_if(dense.begin(), dense.end(), [](unsigned char c) { return std::isspace(c) != 0; }),
      dense.end());
  const auto frame = to_hex(*transaction->frame);
  INFO(frame);
  REQUIRE(dense.find(frame) != std::string::npos);
  INFO(to_hex(transaction->id.bytes));
  REQUIRE(lists(to_hex(transaction->id.bytes)));
  REQUIRE(decode_transaction(*transaction->frame).has_value());
}

}  // namespace
}  // namespace mnrt::messages
