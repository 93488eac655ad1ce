#include <catch2/catch.hpp>

#include "policies/consensus/block_shelf.hpp"
#include "policies/consensus/next_height_box.hpp"
#include "tests/policies/consensus/values.hpp"

using namespace mnrt::policies;
using namespace mnrt::policies::testing;

namespace {

Signed<Prepare> early(std::size_t signer, std::uint32_t round, std::uint64_t number) {
  return by(signer, Prepare{Height{2}, Round{round}, digest(number)});
}

Signed<Proposal> large_proposal(std::size_t signer, std::size_t bytes) {
  auto transaction = std::make_shared<SignedTransaction>();
  transaction->frame = std::make_shared<const Bytes>(bytes);
  Block block;
  block.digest = digest(signer);
  block.transactions.push_back(transaction);
  return by(signer, Proposal{Height{2}, Round{0}, std::make_shared<const Block>(block), {}});
}

}  // namespace

TEST_CASE("mail for the next height is one message a signer and kind, the highest round of it") {
  NextHeightBox box;
  box.add(early(0, 1, 1), false);
  box.add(early(0, 0, 1), false);
  box.add(early(0, 1, 1), false);
  box.add(early(1, 0, 1), false);
  box.add(by(0, Commit{Height{2}, Round{0}, digest(1)}), false);
  CHECK(box.someone() == seat(0));
  CHECK(box.take().size() == 3);
  CHECK(box.take().empty());
  CHECK_FALSE(box.someone());
}

TEST_CASE("a contradiction in the next height's mail is handed back and not kept") {
  NextHeightBox box;
  box.add(early(0, 0, 1), false);
  CHECK(box.add(early(0, 0, 2), false) == ConsensusMessage{early(0, 0, 1)});
  CHECK(box.take() == std::vector<ConsensusMessage>{early(0, 0, 1)});
}

TEST_CASE("mail for the next height stays within its bytes, and the expected leader's block comes on top") {
  NextHeightBox box;
  box.add(large_proposal(0, next_height_bytes_max), false);
  CHECK_FALSE(box.someone());
  box.add(large_proposal(0, 4'000'000), true);
  box.add(large_proposal(1, 200'000), false);
  box.add(large_proposal(2, 200'000), false);
  box.add(early(3, 0, 1), false);
  CHECK(box.take().size() == 3);
  box.add(large_proposal(2, 200'000), false);
  CHECK(box.take().size() == 1);
}

TEST_CASE("a new round keeps the blocks that were prepared and drops the others") {
  BlockShelf shelf;
  shelf.put(block_of(0, 1));
  shelf.put(block_of(0, 2));
  shelf.mark_valid(digest(1));
  shelf.mark_prepared(digest(1), Round{0});
  shelf.sweep();
  CHECK(shelf.find(digest(1)));
  CHECK(shelf.is_valid(digest(1)));
  CHECK_FALSE(shelf.find(digest(2)));
  CHECK_FALSE(shelf.is_valid(digest(2)));
}

TEST_CASE("of many prepared blocks those of the latest rounds stay") {
  BlockShelf shelf;
  for (std::uint32_t round = 0; round < 100; ++round) {
    shelf.put(block_of(0, round));
    shelf.mark_prepared(digest(round), Round{round});
  }
  for (std::uint32_t round = 0; round < 100; ++round)
    CHECK((shelf.find(digest(round)) != nullptr) == (round >= 100 - BlockShelf::prepared_blocks_max));
}
