#include "policies/notary/checkpoint.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "policies/address.hpp"
#include "policies/notary/leaf.hpp"
#include "tests/policies/notary/chain.hpp"

namespace mnrt::tests {
namespace {

using namespace policies;

const std::string published =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

Leaf some_leaf() {
  return {.origin = "mnrt.invalid/000102030405060708090a0b0c0d0e0f",
          .document = *digest_from_hex(std::string(64, 'a')),
          .label_hash = {},
          .transaction = *digest_from_hex(std::string(64, 'b')),
          .height = {7},
          .time = {1'795'253'400'123}};
}

TEST_CASE("the checkpoint of c2sp.org/tlog-checkpoint reads and writes the same") {
  const auto checkpoint = checkpoint_from_text(published).value();
  CHECK(checkpoint.origin == "example.com/behind-the-sofa");
  CHECK(checkpoint.head.size == 20'852'163);
  CHECK(to_text(checkpoint) == published);
}

TEST_CASE("a checkpoint with another form is refused") {
  const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  for (const auto& bad :
       {std::string{}, std::string{"\n1\n"} + root, "a\n01\n" + root, "a\n-1\n" + root, "a\n\n" + root,
        "a b\n1\n" + root, "a\r\n1\n" + root, std::string{"a\n1\nCsUY\n"}, "a\n1\n" + root + "extension\n",
        "a\n1\n" + root + "\n", "a\n1\n" + root.substr(0, root.size() - 1), std::string{"a\n1\n"}})
    CHECK_FALSE(checkpoint_from_text(bad));
}

TEST_CASE("the origin is a reserved name and half of the chain id") {
  Digest id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(i);
  CHECK(origin_of(id) == "mnrt.invalid/000102030405060708090a0b0c0d0e0f");
}

TEST_CASE("a seat's log key is named like the log, its cosigner key like the seat") {
  const auto seat = make_seats(1, "names").front().validator;
  CHECK(log_key_of("mnrt.invalid/00", seat).name == "mnrt.invalid/00");
  CHECK(cosigner_key_of("mnrt.invalid/00", seat).name == "mnrt.invalid/00/" + to_bech32m(seat.address));
  CHECK(note_key_from_vkey(to_vkey(cosigner_key_of("mnrt.invalid/00", seat))) ==
        cosigner_key_of("mnrt.invalid/00", seat));
}

TEST_CASE("a leaf is seven lines") {
  auto leaf = some_leaf();
  CHECK(to_text(leaf) ==
        "mnrt.notarisation/v1\n"
        "mnrt.invalid/000102030405060708090a0b0c0d0e0f\n" +
            std::string(64, 'a') + "\n-\n" + std::string(64, 'b') + "\n7\n1795253400123\n");
  CHECK(leaf_from_text(to_text(leaf)) == leaf);
  leaf.label_hash = leaf.document;
  CHECK(leaf_from_text(to_text(leaf)) == leaf);
}

TEST_CASE("a leaf has one text: each other form of it is refused") {
  const auto text = to_text(some_leaf());
  const auto replaced = [&](const std::string& from, const std::string& to) {
    auto changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  for (const auto& bad :
       {text + "\n", text.substr(0, text.size() - 1), "\n" + text, replaced("v1", "v2"),
        replaced("aaaa", "AAAA"), replaced("aaaa", "aaa"), replaced("-", std::string(64, '0')),
        replaced("-", ""), replaced("\n7\n", "\n07\n"), replaced("\n7\n", "\n7\r\n"),
        replaced("\n7\n", "\n-7\n"), replaced("\n7\n", "\n\n"),
        replaced("1795253400123", "9223372036854775808"), replaced("mnrt.invalid", "mnrt invalid")})
    CHECK_FALSE(leaf_from_text(bad));
}

TEST_CASE("every byte of a leaf's text matters to its reading") {
  const auto text = to_text(some_leaf());
  CHECK(rc::check([&] {
    auto changed = text;
    changed[*rc::gen::inRange<std::size_t>(0, text.size())] ^= *rc::gen::inRange<char>(1, 127);
    const auto leaf = leaf_from_text(changed);
    if (leaf) RC_ASSERT(to_text(*leaf) == changed);
  }));
}

TEST_CASE("a salted label is kept in two lines and hashed over salt and label") {
  SaltedLabel label{.salt = {}, .label = "contract with Müller"};
  label.salt.fill(0xab);
  const auto text = to_text(label);
  CHECK(text == "salt abababababababababababababababab\nlabel contract with Müller\n");
  CHECK(salted_label_from_text(text) == label);
  auto other = label;
  other.salt[15] ^= 1;
  CHECK(label_hash(other) != label_hash(label));
  const std::vector<std::string> malformed{text + "\n",
                                           "salt ABababababababababababababababab\nlabel x\n",
                                           "label x\n",
                                           "salt abababababababababababababababab\nlabel \n",
                                           "salt abababababababababababababababab\nlabel a\tb\n",
                                           "salt abababababababababababababababab00\nlabel x\n"};
  for (const auto& bad : malformed) CHECK_FALSE(salted_label_from_text(bad));
}

TEST_CASE("a log key signs final heads in order, and never two roots for one size") {
  StoredLog log;
  std::vector<LogHead> heads{log.head()};
  for (int i = 0; i < 9; ++i) {
    log.add("leaf " + std::to_string(i));
    heads.push_back(log.head());
  }
  const auto proof = [&](std::uint64_t from, std::uint64_t to) {
    return prove_consistency({.from = from, .to = to}, log).value();
  };
  const auto ask = [&](const LogSignState& state, const LogHead& head, LogProof consistency) {
    return may_sign(state, {.head = head, .final_head = head, .consistency = std::move(consistency)});
  };
  auto forged = heads[9];
  forged.root.bytes[0] ^= 1;
  CHECK(ask({}, heads[3], {}) == LogSignVerdict::sign);
  CHECK(ask({heads[0]}, heads[3], {}) == LogSignVerdict::sign);
  CHECK(ask({heads[3]}, heads[9], proof(3, 9)) == LogSignVerdict::sign);
  CHECK(ask({heads[9]}, heads[9], {}) == LogSignVerdict::sign_again);
  CHECK(ask({heads[9]}, forged, {}) == LogSignVerdict::conflicting_root);
  CHECK(ask({heads[9]}, heads[3], {}) == LogSignVerdict::older_than_signed);
  CHECK(ask({heads[3]}, heads[9], {}) == LogSignVerdict::not_an_extension);
  CHECK(ask({heads[3]}, forged, proof(3, 9)) == LogSignVerdict::not_an_extension);
  CHECK(may_sign({}, {.head = forged, .final_head = heads[9], .consistency = {}}) ==
        LogSignVerdict::not_final);
}

}  // namespace
}  // namespace mnrt::tests
