#include <catch2/catch.hpp>

#include "policies/notary/leaf.hpp"
#include "policies/notary/log.hpp"
#include "tests/policies/ledger/world.hpp"

using namespace mnrt::tests;

namespace {

Notarise document(std::uint64_t number) {
  return {.document = digest_of_number(number), .label_hash = {}};
}

}  // namespace

TEST_CASE("each notarisation gets the next index of the log") {
  World world;
  auto two = world.draft(alice, document(1));
  two.body.operations.push_back(document(2));
  const auto first = world.run({two, world.draft(bob, document(3))});
  CHECK(first.outcomes[0].leaves == std::vector<std::uint64_t>{0, 1});
  CHECK(first.outcomes[1].leaves == std::vector<std::uint64_t>{2});
  CHECK(first.log.size == 3);
  CHECK(first.leaves[2].document == digest_of_number(3));
  CHECK(first.leaves[2].transaction == first.outcomes[1].transaction);
  const auto second = world.run({world.draft(bob, document(4))});
  CHECK(second.outcomes[0].leaves == std::vector<std::uint64_t>{3});
}

TEST_CASE("the log's root is that of the leaves' texts") {
  World world;
  const auto execution = world.run({world.draft(alice, document(1)), world.draft(bob, document(2))});
  LogRow expected;
  for (const auto& leaf : execution.leaves) {
    const auto text = to_text(Leaf{.origin = origin_of(world.chain_id),
                                   .document = leaf.document,
                                   .label_hash = leaf.label_hash,
                                   .transaction = leaf.transaction,
                                   .height = world.height,
                                   .time = world.time});
    append(expected, leaf_hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }
  CHECK(execution.log == expected);
  CHECK(world.state.row<LogRow>(log_key()) == expected);
}

TEST_CASE("the digest of no document is refused") {
  World world;
  CHECK(world.outcome_of(world.draft(alice, Notarise{})) == Refusal::document_is_empty);
}

TEST_CASE("a block without notarisations reports the log as it is") {
  World world;
  world.run({world.draft(alice, document(1))});
  CHECK(world.run({}).log.size == 1);
}
