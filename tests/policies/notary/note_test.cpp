#include "policies/notary/note.hpp"

#include <rapidcheck.h>

#include <catch2/catch.hpp>

#include "policies/crypto/ed25519.hpp"
#include "policies/limits.hpp"
#include "policies/notary/base64.hpp"
#include "policies/notary/text.hpp"
#include "tests/policies/notary/chain.hpp"

namespace mnrt::tests {
namespace {

using namespace policies;

// Keys, text and signatures of Go's golang.org/x/mod/sumdb/note (example_test.go, note_test.go).
const std::string peter_vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string peter_typed_seed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const std::string enoch_vkey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const std::string text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string peter_line =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const std::string enoch_line =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

// The checkpoint of c2sp.org/tlog-cosignature; its keys aren't published, so only its syntax can be checked.
const std::string cosigned_note =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
    "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

NoteKey peter() {
  return note_key_from_vkey(peter_vkey).value();
}

SignatureState state_of(const std::string& note, const NoteKey& key) {
  return check_signature(note_from_text(note).value(), key).state;
}

std::string with_line(const std::string& line) {
  return text + "\n" + line;
}

TEST_CASE("a verifier key of Go's sumdb is read and written the same") {
  const auto key = peter();
  CHECK(key.name == "PeterNeumann");
  CHECK(key.type == NoteKeyType::ed25519);
  CHECK(to_hex(id_of(key)) == "c74f20a3");
  CHECK(to_vkey(key) == peter_vkey);
}

TEST_CASE("no part of a verifier key may be missing or changed") {
  for (std::size_t begin = 0; begin < peter_vkey.size(); ++begin)
    for (std::size_t size = 0; begin + size <= peter_vkey.size(); ++size)
      if (size != peter_vkey.size()) CHECK_FALSE(note_key_from_vkey(peter_vkey.substr(begin, size)));
  for (std::size_t at = 0; at < peter_vkey.size(); ++at) {
    auto changed = peter_vkey;
    ++changed[at];
    CHECK_FALSE(note_key_from_vkey(changed));
  }
  // Adjusted ids, from the same tests: a key of another length, an unknown type.
  CHECK_FALSE(
      note_key_from_vkey("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="));
  CHECK_FALSE(note_key_from_vkey("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
}

TEST_CASE("a note is signed byte for byte as Go's sumdb signs it") {
  const auto typed_seed = from_base64(peter_typed_seed).value();
  std::array<std::uint8_t, 32> seed{};
  std::copy(typed_seed.begin() + 1, typed_seed.end(), seed.begin());
  const SigningKey key{SecretSeed{seed}};
  REQUIRE(key.public_key() == peter().key);
  const SignedNote note{text, {note_signature(peter(), key.sign(note_message(text)))}};
  CHECK(to_text(note) == with_line(peter_line));
}

TEST_CASE("signatures of known keys are checked, those of unknown keys ignored") {
  const auto enoch = note_key_from_vkey(enoch_vkey).value();
  CHECK(state_of(with_line(peter_line + enoch_line), peter()) == SignatureState::valid);
  CHECK(state_of(with_line(peter_line + enoch_line), enoch) == SignatureState::valid);
  CHECK(state_of(with_line(peter_line), enoch) == SignatureState::absent);
  CHECK(state_of("changed\n" + with_line(peter_line), peter()) == SignatureState::bad);
}

TEST_CASE("a line that shares only the name or only the id is another key's") {
  const auto note = note_from_text(with_line(peter_line)).value();
  auto renamed = note;
  renamed.signatures[0].name = "CarmenSandiego";
  CHECK(check_signature(renamed, peter()).state == SignatureState::absent);
  auto other_id = note;
  other_id.signatures[0].id[3] ^= 1;
  CHECK(check_signature(other_id, peter()).state == SignatureState::absent);
}

TEST_CASE("two lines of one known key are never counted") {
  CHECK(state_of(with_line(peter_line + peter_line), peter()) == SignatureState::repeated);
  CHECK(state_of(with_line(enoch_line + enoch_line + peter_line), peter()) == SignatureState::valid);
}

TEST_CASE("a cosignature covers its time, and a plain signature isn't one") {
  const auto seat = make_seats(1, "cosigner").front();
  const NoteKey key{"example.com/w", NoteKeyType::cosignature_v1, seat.cosigner.public_key()};
  const std::uint64_t at = 1'679'315'147;
  const auto message = cosignature_message(text, at);
  CHECK(std::string(message.begin(), message.end()) == "cosignature/v1\ntime 1679315147\n" + text);

  SignedNote note{text, {cosignature(key, at, seat.cosigner.sign(message))}};
  const auto good = check_signature(note, key);
  CHECK(good.state == SignatureState::valid);
  CHECK(good.unix_seconds == at);

  auto later = note;
  ++later.signatures[0].signature[7];
  CHECK(check_signature(later, key).state == SignatureState::bad);

  auto plain = key;
  plain.type = NoteKeyType::ed25519;
  const SignedNote downgraded{text, {note_signature(plain, seat.cosigner.sign(note_message(text)))}};
  CHECK(check_signature(downgraded, key).state == SignatureState::absent);
  auto disguised = downgraded;
  disguised.signatures[0].id = id_of(key);
  CHECK(check_signature(disguised, key).state == SignatureState::bad);

  const auto beyond = std::uint64_t{1} << 63;
  const SignedNote late{text,
                        {cosignature(key, beyond, seat.cosigner.sign(cosignature_message(text, beyond)))}};
  CHECK(check_signature(late, key).state == SignatureState::bad);
}

TEST_CASE("the published checkpoint with a cosignature reads and writes the same") {
  const auto note = note_from_text(cosigned_note).value();
  CHECK(note.signatures.size() == 2);
  CHECK(note.signatures[1].signature.size() == 72);
  CHECK(to_text(note) == cosigned_note);
}

TEST_CASE("a note's text may hold empty lines: the last one ends it") {
  const std::string verse = "Ognuno sta solo\n\ned è subito sera.\n";
  const auto note = note_from_text(verse + "\n" + peter_line).value();
  CHECK(note.text == verse);
}

TEST_CASE("each malformed note is refused at its line") {
  struct Bad {
    std::string note;
    std::size_t line;
  };
  const auto cut = peter_line.substr(0, peter_line.size() - 1);
  const std::string payload =
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
  const std::vector<Bad> bad{
      {text, 3},
      {text + "\n", 4},
      {with_line(cut), 4},
      {"\x01" + with_line(peter_line), 1},
      {"\xff" + with_line(peter_line), 1},
      {"one\r\n" + with_line(peter_line), 1},
      {"\xed\xa0\x80\n" + with_line(peter_line), 1},
      {"\xc0\xaf\n" + with_line(peter_line), 1},
      {with_line("— Bad Name " + payload), 4},
      {with_line("— Bad\u00a0Name " + payload), 4},
      {with_line("— Bad+Name " + payload), 4},
      {with_line("—  " + payload), 4},
      {with_line("- PeterNeumann " + payload), 4},
      {with_line(peter_line + "Unexpected line.\n"), 5},
      {with_line(cut + "\r\n"), 4},
      {with_line(cut + " \n"), 4},
      {with_line("— PeterNeumann x08gow==\n"), 4},
      {with_line("— PeterNeumann\n"), 4},
      {with_line("— PeterNeumann x08go/ZJkuBS9UG\n"), 4},
      {with_line(peter_line + peter_line + "\n"), 7},
  };
  for (const auto& [note, line] : bad) {
    INFO(note);
    const auto read = note_from_text(note);
    REQUIRE_FALSE(read);
    CHECK(read.error().line == line);
  }
}

TEST_CASE("a note may have as many signatures as the limit says and no more") {
  std::string lines;
  for (std::size_t i = 0; i < limits::note_signatures_max; ++i) lines += peter_line;
  CHECK(note_from_text(with_line(lines)));
  CHECK_FALSE(note_from_text(with_line(lines + peter_line)));
}

TEST_CASE("base64 has one text for each value") {
  // RFC 4648, section 10.
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, base64] : vectors) {
    CHECK(to_base64(view_of(plain)) == base64);
    CHECK(from_base64(base64) == Bytes(plain.begin(), plain.end()));
  }
  for (const auto* bad :
       {"Zh==", "Zm9=", "Zg=", "Zg", "=", "====", "Z===", "Zm9v\n", "Zm 9", "Zm-_", "Zg==Zg=="})
    CHECK_FALSE(from_base64(bad));
  CHECK(rc::check([](const Bytes& bytes) { RC_ASSERT(from_base64(to_base64(bytes)) == bytes); }));
  CHECK(rc::check([](const std::string& any) {
    const auto bytes = from_base64(any);
    if (bytes) RC_ASSERT(to_base64(*bytes) == any);
  }));
}

TEST_CASE("numbers have one text each and stay in range") {
  CHECK(decimal_from_text("0") == 0u);
  CHECK(decimal_from_text("18446744073709551615") == ~0ull);
  for (const auto* bad : {"", "00", "01", "+1", "-1", " 1", "1 ", "0x1", "18446744073709551616", "1.0"})
    CHECK_FALSE(decimal_from_text(bad));
}

}  // namespace
}  // namespace mnrt::tests
