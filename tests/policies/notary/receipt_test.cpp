#include "policies/notary/receipt.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <set>

#include "policies/crypto/hash.hpp"
#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "tests/policies/notary/chain.hpp"

namespace mnrt::tests {
namespace {

using namespace policies;

const std::string document = "the document";

/// A chain with the document among others, and its receipt with just the signatures that it needs.
struct Notarised {
  explicit Notarised(std::size_t n, Signers needed, const std::string& name = "chain")
      : chain(make_seats(n, name), name), signers(std::move(needed)) {
    for (int i = 0; i < 5; ++i) chain.notarise("before " + std::to_string(i));
    index = chain.notarise(document);
    for (int i = 0; i < 5; ++i) chain.notarise("after " + std::to_string(i));
    receipt = chain.receipt(index, signers);
  }
  ReceiptCheck check(const std::string& text) const {
    return verify_receipt(
        {.document = sha256(view_of(document)), .receipt = text, .trust = &chain.trust, .root = chain.id()});
  }
  ReceiptCheck check() const { return check(to_text(receipt)); }

  Chain chain;
  Signers signers;
  std::uint64_t index{};
  Receipt receipt;
};

Notarised of_one() {
  return Notarised{1, {.logs = {0}, .cosigners = {0}}};
}
Notarised of_four() {
  return Notarised{4, {.logs = {2}, .cosigners = {0, 3}}};
}

std::size_t line_of(const std::string& text, std::size_t at) {
  return 1 + static_cast<std::size_t>(
                 std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

TEST_CASE("a receipt proves the document and states what that is worth") {
  const auto notarised = of_one();
  const auto check = notarised.check();
  REQUIRE(check.verdict == ReceiptVerdict::valid);
  const auto& facts = check.facts.value();
  CHECK(facts.leaf.document == sha256(view_of(document)));
  CHECK(facts.leaf.height == Height{1});
  CHECK(facts.index == 5);
  CHECK(facts.head.size == 11);
  CHECK(facts.cosignatures == 1);
  CHECK(facts.cosignatures_needed == 1);
  CHECK(facts.assurance == "self-asserted (1 operator, 0 external witnesses)");
}

TEST_CASE("f + 1 cosignatures of four validators count, by distinct operators") {
  const auto check = of_four().check();
  REQUIRE(check.verdict == ReceiptVerdict::valid);
  CHECK(check.facts->validators == 4);
  CHECK(check.facts->cosignatures_needed == 2);
  CHECK(check.facts->cosigned_unix_seconds == 1'795'000'103);
  CHECK(check.facts->assurance == "attested (2 operators, 0 external witnesses)");
}

TEST_CASE("a receipt's text is the format of c2sp.org/tlog-proof") {
  const auto notarised = of_one();
  const auto text = to_text(notarised.receipt);
  CHECK(text.starts_with("c2sp.org/tlog-proof@v1\nextra " + to_base64(view_of(notarised.receipt.leaf)) +
                         "\nindex 5\n"));
  CHECK(text.find("=\n\n" + notarised.chain.origin() + "\n11\n") != std::string::npos);
  CHECK(receipt_from_text(text) == notarised.receipt);
}

TEST_CASE("every changed bit of a receipt is refused, and the reason fits the part") {
  for (const auto& notarised : {of_one(), of_four()}) {
    const auto text = to_text(notarised.receipt);
    const auto checkpoint_begins = text.find("\n\n") + 2;
    const auto checkpoint_line = line_of(text, checkpoint_begins);
    for (std::size_t at = 0; at < text.size(); ++at)
      for (int bit = 0; bit < 8; ++bit) {
        auto changed = text;
        changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
        const auto check = notarised.check(changed);
        INFO("byte " << at << " bit " << bit << ": " << name_of(check.verdict));
        REQUIRE(check.verdict != ReceiptVerdict::valid);
        if (check.verdict == ReceiptVerdict::malformed) continue;
        std::set<ReceiptVerdict> fitting;
        const auto line = line_of(text, at);
        if (line == 2)
          fitting = {ReceiptVerdict::leaf_changed, ReceiptVerdict::inclusion_wrong};
        else if (line < checkpoint_line)
          fitting = {ReceiptVerdict::inclusion_wrong};
        else if (line < checkpoint_line + 3)
          fitting = {ReceiptVerdict::checkpoint_changed};
        else
          fitting = {ReceiptVerdict::log_signature_bad, ReceiptVerdict::log_signature_missing,
                     ReceiptVerdict::cosignature_bad, ReceiptVerdict::too_few_cosignatures};
        REQUIRE(fitting.contains(check.verdict));
      }
  }
}

TEST_CASE("a receipt with a byte taken out, put in, or cut off is refused") {
  const auto notarised = of_one();
  const auto text = to_text(notarised.receipt);
  for (std::size_t at = 0; at < text.size(); ++at) {
    auto without = text;
    without.erase(at, 1);
    REQUIRE(notarised.check(without).verdict != ReceiptVerdict::valid);
    REQUIRE(notarised.check(text.substr(0, at)).verdict != ReceiptVerdict::valid);
    for (const char extra : {'\n', '\r', ' ', '=', 'A', '\0'}) {
      auto with = text;
      with.insert(at, 1, extra);
      REQUIRE(notarised.check(with).verdict != ReceiptVerdict::valid);
    }
  }
  CHECK(notarised.check(text + "\n").verdict == ReceiptVerdict::malformed);
  CHECK(notarised.check(text + text).verdict == ReceiptVerdict::checkpoint_changed);
}

TEST_CASE("another document is refused, whatever else is right") {
  const auto notarised = of_one();
  const auto check = verify_receipt({.document = sha256(view_of("another document")),
                                     .receipt = to_text(notarised.receipt),
                                     .trust = &notarised.chain.trust,
                                     .root = notarised.chain.id()});
  CHECK(check.verdict == ReceiptVerdict::wrong_document);
}

TEST_CASE("without a trust root a receipt is untrusted, but what is wrong in it is still named") {
  const auto notarised = of_one();
  const auto text = to_text(notarised.receipt);
  ReceiptClaim claim{
      .document = sha256(view_of(document)), .receipt = text, .trust = &notarised.chain.trust, .root = {}};
  const auto check = verify_receipt(claim);
  CHECK(check.verdict == ReceiptVerdict::untrusted);
  CHECK(check.facts);
  claim.document = {};
  CHECK(verify_receipt(claim).verdict == ReceiptVerdict::wrong_document);
  claim.trust = nullptr;
  CHECK(verify_receipt(claim).verdict == ReceiptVerdict::untrusted);
  claim.root = notarised.chain.id();
  CHECK(verify_receipt(claim).verdict == ReceiptVerdict::trust_malformed);
}

TEST_CASE("a receipt forged whole under another key is untrusted") {
  const auto genuine = of_one();
  // Its own genesis, all consistent.
  const Notarised forged{1, {.logs = {0}, .cosigners = {0}}, "forged"};
  CHECK(verify_receipt({.document = sha256(view_of(document)),
                        .receipt = to_text(forged.receipt),
                        .trust = &forged.chain.trust,
                        .root = genuine.chain.id()})
            .verdict == ReceiptVerdict::untrusted);
  // The genuine chain's names and trust file, the forger's keys.
  auto imitation = genuine;
  imitation.chain.seats = make_seats(1, "forger");
  imitation.chain.seats[0].validator.address = genuine.chain.seats[0].validator.address;
  imitation.receipt = imitation.chain.receipt(imitation.index, imitation.signers);
  CHECK(imitation.check().verdict == ReceiptVerdict::untrusted);
  // And the genuine key ids written over the forger's signatures.
  for (std::size_t i = 0; i < 2; ++i)
    imitation.receipt.checkpoint.signatures[i].id = genuine.receipt.checkpoint.signatures[i].id;
  CHECK(imitation.check().verdict == ReceiptVerdict::checkpoint_changed);
}

TEST_CASE("another chain's receipt is refused beside this chain's trust") {
  const auto here = of_one();
  const Notarised elsewhere{1, {.logs = {0}, .cosigners = {0}}, "elsewhere"};
  CHECK(here.check(to_text(elsewhere.receipt)).verdict == ReceiptVerdict::wrong_chain);
  auto leaf_of_another = here.receipt;
  leaf_of_another.leaf = elsewhere.receipt.leaf;
  CHECK(here.check(to_text(leaf_of_another)).verdict == ReceiptVerdict::leaf_changed);
  auto checkpoint_of_another = here.receipt;
  checkpoint_of_another.checkpoint = elsewhere.receipt.checkpoint;
  CHECK(here.check(to_text(checkpoint_of_another)).verdict == ReceiptVerdict::checkpoint_changed);
}

TEST_CASE("the same validators on another chain can't vouch for this one") {
  // A replay across chains: same keys, another genesis.
  Notarised here = of_one();
  Chain twin{make_seats(1, "chain"), "twin"};
  twin.notarise(document);
  CHECK(here.check(to_text(twin.receipt(0, {.logs = {0}, .cosigners = {0}}))).verdict ==
        ReceiptVerdict::wrong_chain);
}

TEST_CASE("a checkpoint counts with one log signature and f + 1 cosignatures, and not with less") {
  auto four = of_four();
  const auto verdict_with = [&](const Signers& signers) {
    four.receipt.checkpoint = four.chain.checkpoint(signers);
    return four.check().verdict;
  };
  CHECK(verdict_with({.logs = {}, .cosigners = {0, 1}}) == ReceiptVerdict::log_signature_missing);
  CHECK(verdict_with({.logs = {0}, .cosigners = {1}}) == ReceiptVerdict::too_few_cosignatures);
  CHECK(verdict_with({.logs = {0, 1, 2, 3}, .cosigners = {}}) == ReceiptVerdict::too_few_cosignatures);
  CHECK(verdict_with({.logs = {0}, .cosigners = {2, 2}}) == ReceiptVerdict::signature_repeated);
  CHECK(verdict_with({.logs = {0, 0}, .cosigners = {1, 2}}) == ReceiptVerdict::signature_repeated);
  CHECK(verdict_with({.logs = {0, 1, 2, 3}, .cosigners = {0, 1, 2, 3}}) == ReceiptVerdict::valid);
}

TEST_CASE("a bad signature of a known key spoils the receipt even where enough others are good") {
  auto four = of_four();
  four.receipt.checkpoint = four.chain.checkpoint({.logs = {0, 1}, .cosigners = {0, 1, 2}});
  auto bad_log = four.receipt;
  bad_log.checkpoint.signatures[1].signature[9] ^= 1;
  CHECK(four.check(to_text(bad_log)).verdict == ReceiptVerdict::log_signature_bad);
  auto bad_cosigner = four.receipt;
  bad_cosigner.checkpoint.signatures[4].signature[70] ^= 1;
  CHECK(four.check(to_text(bad_cosigner)).verdict == ReceiptVerdict::cosignature_bad);
}

TEST_CASE("signatures of unknown keys change nothing, wherever they stand and whatever they are") {
  auto notarised = of_one();
  auto& signatures = notarised.receipt.checkpoint.signatures;
  const auto genuine = signatures;
  signatures.insert(signatures.begin(),
                    {.name = "witness.example", .id = {1, 2, 3, 4}, .signature = Bytes(72, 9)});
  signatures.push_back({.name = genuine[0].name, .id = {9, 9, 9, 9}, .signature = Bytes(64)});
  signatures.push_back({.name = "стороння", .id = genuine[0].id, .signature = Bytes(4'000)});
  signatures.push_back({.name = "witness.example", .id = {1, 2, 3, 4}, .signature = Bytes(1)});
  CHECK(notarised.check().verdict == ReceiptVerdict::valid);
}

TEST_CASE("a cosigner key can't stand in for a log key, nor a log key for a cosigner") {
  auto notarised = of_one();
  auto& seat = notarised.chain.seats[0];
  const auto origin = notarised.chain.origin();
  auto& note = notarised.receipt.checkpoint;
  const NoteKey as_log{origin, NoteKeyType::ed25519, seat.cosigner.public_key()};
  note.signatures[0] = note_signature(as_log, seat.cosigner.sign(note_message(note.text)));
  CHECK(notarised.check().verdict == ReceiptVerdict::log_signature_missing);
}

TEST_CASE("after a hand-over only the new set's signatures count") {
  auto notarised = of_one();
  const auto old_receipt = to_text(notarised.receipt);
  notarised.chain.hand_over(make_seats(4, "four"), {0});
  CHECK(notarised.check(old_receipt).verdict == ReceiptVerdict::untrusted);
  notarised.receipt = notarised.chain.receipt(notarised.index, {.logs = {1}, .cosigners = {1, 2}});
  CHECK(notarised.check().verdict == ReceiptVerdict::valid);
  // Cut down to the genesis, the trust leads to the old set, whom this receipt doesn't name.
  notarised.chain.trust.handovers.clear();
  CHECK(notarised.check().verdict == ReceiptVerdict::untrusted);
}

TEST_CASE("a broken trust is named with the hand-over that breaks it") {
  auto notarised = of_one();
  notarised.chain.hand_over(make_seats(4, "four"), {0});
  notarised.chain.trust.handovers[0].seals.signatures[0].bytes[0] ^= 1;
  const auto check = notarised.check();
  CHECK(check.verdict == ReceiptVerdict::trust_broken);
  CHECK(check.detail == "hand-over 1: seal_bad");
}

TEST_CASE("each malformed receipt is refused at its line") {
  const auto notarised = of_one();
  const auto text = to_text(notarised.receipt);
  const auto replaced = [&](const std::string& from, const std::string& to) {
    auto changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  struct Bad {
    std::string text;
    std::size_t line;
  };
  std::string crlf;
  for (const char c : text) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  const std::vector<Bad> bad{
      {"", 1},
      {"c2sp.org/tlog-proof@v1", 1},
      {"c2sp.org/tlog-proof@v1\n", 2},
      {crlf, 1},
      {replaced("@v1", "@v2"), 1},
      {replaced("extra ", "extra  "), 2},
      {replaced("index 5", "index 05"), 3},
      {replaced("index 5", "index 18446744073709551616"), 3},
      {replaced("index 5\n", "index 5\nAAAA\n"), 4},
      {std::string(limits::receipt_bytes_max + 1, 'a'), 1},
  };
  for (const auto& [receipt, line] : bad) {
    const auto check = notarised.check(receipt);
    CHECK(check.verdict == ReceiptVerdict::malformed);
    CHECK(check.line == line);
  }
}

TEST_CASE("a proof that is too long to be one isn't read to its end") {
  auto notarised = of_one();
  notarised.receipt.proof.resize(limits::log_proof_hashes_max + 1);
  CHECK(notarised.check().verdict == ReceiptVerdict::malformed);
}

TEST_CASE("a receipt of a one-leaf log has an empty proof") {
  Chain chain{make_seats(1, "lonely")};
  chain.notarise(document);
  const auto text = to_text(chain.receipt(0, {.logs = {0}, .cosigners = {0}}));
  CHECK(text.find("index 0\n\n") != std::string::npos);
  CHECK(
      verify_receipt(
          {.document = sha256(view_of(document)), .receipt = text, .trust = &chain.trust, .root = chain.id()})
          .verdict == ReceiptVerdict::valid);
}

TEST_CASE("random bytes are never a receipt") {
  const auto notarised = of_one();
  CHECK(rc::check(
      [&](const std::string& any) { RC_ASSERT(notarised.check(any).verdict == ReceiptVerdict::malformed); }));
}

TEST_CASE("every verdict has a name and advice of its own") {
  std::set<std::string_view> texts;
  for (int verdict = 0; verdict <= static_cast<int>(ReceiptVerdict::wrong_document); ++verdict) {
    CHECK(texts.insert(name_of(ReceiptVerdict{static_cast<std::uint8_t>(verdict)})).second);
    CHECK(texts.insert(advice_on(ReceiptVerdict{static_cast<std::uint8_t>(verdict)})).second);
  }
  CHECK_FALSE(texts.contains(""));
}

}  // namespace
}  // namespace mnrt::tests
