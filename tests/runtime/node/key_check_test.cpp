#include "runtime/node/key_check.hpp"

#include <catch2/catch.hpp>

#include "actors/new_chain.hpp"
#include "actors/seeded_signer.hpp"
#include "messages/state_codec.hpp"
#include "tests/runtime/gateway/test_chain.hpp"

using namespace mnrt;
using actors::KeyRole;

namespace {

/// The keys of one node, with single ones of another's.
class Mixed final : public actors::Signer {
 public:
  Mixed(const actors::Signer& own, std::vector<KeyRole> strange) : own_(own), strange_(std::move(strange)) {}
  policies::PublicKey public_key(KeyRole role) const override {
    const bool is_strange = std::ranges::find(strange_, role) != strange_.end();
    return is_strange ? other_.public_key(role) : own_.public_key(role);
  }
  policies::Signature sign(KeyRole role, policies::ByteView message) const override {
    return own_.sign(role, message);
  }
  policies::Bytes prove(policies::ByteView input) const override { return own_.prove(input); }

 private:
  const actors::Signer& own_;
  actors::SeededSigner other_{"another node"};
  std::vector<KeyRole> strange_;
};

struct Started {
  tests::TestChain chain;
  const std::filesystem::path folder{"/srv/mnrt/keys"};
  const policies::KeyPolicy owner = policies::single_key(tests::TestChain::key("owner").public_key());

  std::string fault(std::vector<KeyRole> strange, const policies::KeyPolicy& owner_file) {
    const Mixed signer{chain.signer(), std::move(strange)};
    const actors::LedgerView ledger{chain.store().snapshot()};
    const auto genesis = ledger.genesis();
    return runtime::fault_of_keys(**genesis, ledger,
                                  {.folder = folder, .signer = signer, .owner = owner_file});
  }
  std::string fault(std::vector<KeyRole> strange) { return fault(std::move(strange), owner); }
};

}  // namespace

TEST_CASE("a node's own keys are those of its chain, with the owner's or without", "[keys]") {
  Started started;
  CHECK(started.fault({}).empty());
  CHECK(started.fault({}, {}).empty());
  // No chain knows the node's own account.
  CHECK(started.fault({KeyRole::account}).empty());
}

TEST_CASE("keys of another chain are refused by the file they lie in", "[keys]") {
  Started started;
  CHECK(started.fault({KeyRole::consensus})
            .starts_with("/srv/mnrt/keys/consensus.key is not a key of the chain"));
  CHECK(started.fault({KeyRole::log}).starts_with("/srv/mnrt/keys/log.key "));
  CHECK(started.fault({KeyRole::cosigner}).starts_with("/srv/mnrt/keys/cosigner.key "));
  CHECK(started.fault({KeyRole::lease}).starts_with("/srv/mnrt/keys/lease.key "));
  const auto stranger = policies::single_key(tests::TestChain::key("stranger").public_key());
  CHECK(started.fault({}, stranger).starts_with("/srv/mnrt/keys/owner.key "));
}

TEST_CASE("beside other seats a node may follow without one, and do without the owner's lease", "[keys]") {
  Started started;
  const auto key = policies::validators_key();
  auto set =
      std::get<policies::ValidatorsRow>(**actors::LedgerView{started.chain.store().snapshot()}.row(key));
  set.validators.push_back(
      actors::seat_of(actors::SeededSigner{"a second seat"}, set.validators.front().operated_by));
  std::ranges::sort(set.validators, {}, &policies::Validator::address);
  started.chain.store().append({{messages::Table::state, key, messages::encode_row(set)}}, [](auto) {});
  CHECK(started.fault({KeyRole::consensus}).empty());
  CHECK(started.fault({KeyRole::lease}).empty());
  CHECK(started.fault({KeyRole::log}).starts_with("/srv/mnrt/keys/log.key "));
}

TEST_CASE("an owner's key from before a change of keys, and one from after it, may both lie there",
          "[keys]") {
  Started started;
  const auto changed = policies::single_key(tests::TestChain::key("owner's new key").public_key());
  REQUIRE(started.chain.admit(started.chain.sign("owner", policies::ChangeKeys{changed})) ==
          policies::Refusal::none);
  started.chain.commit();
  CHECK(started.fault({}).empty());
  CHECK(started.fault({}, changed).empty());
}
