#include "tests/runtime/gateway/frame_recipe.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "messages/transaction_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "tests/runtime/gateway/api_pieces.hpp"

namespace mnrt::tests {
namespace {

struct Recipe {
  TestGateway& gateway;
  policies::Transaction body;
  policies::Transfer transfer;
  std::size_t operations{1};
  std::vector<std::string> signers{"alice"};
  std::vector<std::function<void(policies::Bytes&)>> afterwards;
  policies::Bytes whole;  ///< by `hex`
  bool other_waits{};
};

policies::SignedTransaction sign(const Recipe& recipe) {
  auto body = recipe.body;
  body.operations.assign(recipe.operations, recipe.transfer);
  std::vector<policies::SigningKey> keys;
  for (const auto& name : recipe.signers) keys.push_back(TestChain::key(name.c_str()));
  auto bytes = messages::encode_body(body);
  const auto signing = policies::signing_bytes(policies::Domain::transaction, body.chain_id, bytes);
  policies::SignedTransaction made;
  for (const auto& key : keys) made.signatures.push_back({key.public_key(), key.sign(signing)});
  std::ranges::sort(made.signatures, {}, &policies::KeySignature::key);
  made.frame = std::make_shared<policies::Bytes>(messages::encode_envelope(bytes, made.signatures));
  return made;
}

policies::Bytes bytes_from(const std::string& hex) {
  const auto bytes = policies::from_hex(hex);
  REQUIRE(bytes);
  return *bytes;
}

using Step = std::function<void(Recipe&, std::istringstream&)>;

template <class T>
T word(std::istringstream& line) {
  T value{};
  REQUIRE(line >> value);
  return value;
}

Step number(std::function<void(Recipe&, std::uint64_t)> set) {
  return [set = std::move(set)](Recipe& recipe, std::istringstream& line) {
    set(recipe, word<std::uint64_t>(line));
  };
}

Step later(std::function<std::function<void(policies::Bytes&)>(std::istringstream&)> make) {
  return [make = std::move(make)](Recipe& recipe, std::istringstream& line) {
    recipe.afterwards.push_back(make(line));
  };
}

const std::map<std::string, Step>& steps() {
  using policies::Bytes;
  static const std::map<std::string, Step> all{
      {"hex",
       [](Recipe& r, std::istringstream& line) {
         std::string digits;
         for (std::string part; line >> part;) digits += part;
         r.whole = bytes_from(digits);
       }},
      {"sender",
       [](Recipe& r, std::istringstream& line) {
         r.signers = {word<std::string>(line)};
         r.body.sender = TestChain::address(r.signers.front().c_str());
       }},
      {"signed_by",
       [](Recipe& r, std::istringstream& line) {
         r.signers.clear();
         for (std::string name; line >> name;) r.signers.push_back(name);
       }},
      {"to",
       [](Recipe& r, std::istringstream& line) {
         r.transfer.to = TestChain::address(word<std::string>(line).c_str());
       }},
      {"chain_id",
       [](Recipe& r, std::istringstream& line) {
         const auto id = policies::digest_from_hex(word<std::string>(line));
         REQUIRE(id);
         r.body.chain_id = *id;
       }},
      {"protocol_version",
       number([](Recipe& r, auto n) { r.body.protocol_version = static_cast<std::uint32_t>(n); })},
      {"lane", number([](Recipe& r, auto n) { r.body.lane = static_cast<std::uint32_t>(n); })},
      {"nonce", number([](Recipe& r, auto n) { r.body.nonce = n; })},
      {"fee_limit", number([](Recipe& r, auto n) { r.body.fee_limit = {n}; })},
      {"priority", number([](Recipe& r, auto n) { r.body.priority = {n}; })},
      {"expiry", number([](Recipe& r, auto n) { r.body.expiry = {n}; })},
      {"amount", number([](Recipe& r, auto n) { r.transfer.amount = {n}; })},
      {"operations", number([](Recipe& r, auto n) { r.operations = n; })},
      {"other_waits", [](Recipe& r, std::istringstream&) { r.other_waits = true; }},
      {"flip", later([](std::istringstream& line) {
         return [at = word<std::int64_t>(line)](Bytes& frame) {
           const auto place = at < 0 ? static_cast<std::int64_t>(frame.size()) + at : at;
           frame.at(static_cast<std::size_t>(place)) ^= 0xff;
         };
       })},
      {"cut", later([](std::istringstream& line) {
         return [count = word<std::size_t>(line)](Bytes& frame) { frame.resize(frame.size() - count); };
       })},
      {"append", later([](std::istringstream& line) {
         return [more = bytes_from(word<std::string>(line))](Bytes& frame) {
           frame.insert(frame.end(), more.begin(), more.end());
         };
       })},
      {"pad", later([](std::istringstream& line) {
         return [size = word<std::size_t>(line)](Bytes& frame) { frame.resize(size); };
       })},
  };
  return all;
}

}  // namespace

policies::Bytes frame_from_recipe(TestGateway& gateway, std::string_view text) {
  REQUIRE(send(gateway, *gateway.chain.sign("alice", transfer())).status == 202);
  gateway.commit();
  Recipe recipe{.gateway = gateway,
                .body = gateway.chain.sign("alice", transfer())->body,
                .transfer = std::get<policies::Transfer>(transfer())};
  std::istringstream lines{std::string{text}};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line.substr(0, line.find('#'))};
    std::string name;
    if (!(words >> name)) continue;
    INFO(line);
    const auto step = steps().find(name);
    REQUIRE(step != steps().end());
    step->second(recipe, words);
    std::string more;
    REQUIRE(!(words >> more));
  }
  if (!recipe.whole.empty()) return recipe.whole;
  const auto made = sign(recipe);
  if (recipe.other_waits) REQUIRE(send(gateway, *gateway.chain.sign("alice", transfer())).status == 202);
  auto frame = *made.frame;
  for (const auto& change : recipe.afterwards) change(frame);
  return frame;
}

}  // namespace mnrt::tests
