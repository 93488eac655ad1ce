#include "messages/transaction_check.hpp"

#include <catch2/catch.hpp>

#include <functional>

#include "messages/consensus_codec.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/consensus/evidence.hpp"
#include "policies/crypto/ed25519.hpp"

namespace mnrt::messages {
namespace {

using namespace policies;

const Digest chain = blake3(Bytes{'c'});

SigningKey key_of(std::uint8_t number) {
  std::array<std::uint8_t, 32> seed;
  seed.fill(number);
  return SigningKey(SecretSeed(seed));
}

/// As the consensus sends it: signed over the message, whole.
template <class Body>
Signed<Body> said(const Body& body) {
  return {body, {}, key_of(1).sign(signing_bytes_of(chain, body))};
}

ReportEvidence report() {
  ReportEvidence made;
  made.key = key_of(1).public_key();
  made.first = statement_of(said(Commit{{4}, {0}, blake3(Bytes{'a'})}));
  made.second = statement_of(
      said(RoundChange{{4}, {1}, PreparedCertificate{{0}, blake3(Bytes{'b'}), {Signed<Prepare>{}}}}));
  return made;
}

Refusal verified(const ReportEvidence& report) {
  Transaction body;
  body.chain_id = chain;
  body.operations = {report};
  const std::vector<SigningKey> sender{key_of(2)};
  const auto signed_by_sender = sign_transaction(body, sender);
  const auto decoded = decode_transaction(*signed_by_sender->frame);
  REQUIRE(decoded);
  CHECK((*decoded)->body == body);
  const auto answer = verify_frame(*decoded, chain);
  return answer ? Refusal::none : answer.error();
}

TEST_CASE("a report's statements carry the signatures of the messages that they were taken from") {
  CHECK(verified(report()) == Refusal::none);
  const auto spoilt = [](const std::function<void(ReportEvidence&)>& spoil) {
    auto made = report();
    spoil(made);
    return verified(made);
  };
  CHECK(spoilt([](auto& r) { r.first.signature.bytes[7] ^= 1; }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { r.second.signature.bytes[7] ^= 1; }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { r.key = key_of(2).public_key(); }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { r.first.body.height = {5}; }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { r.first.body.round = {1}; }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { r.first.body.digest = blake3(Bytes{'x'}); }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { r.first.body.kind = Statement::Kind::prepare; }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { r.second.body.prepared.reset(); }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { r.second.body.prepared->round = {7}; }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { std::swap(r.first.signature, r.second.signature); }) == Refusal::bad_signature);
  CHECK(spoilt([](auto& r) { std::swap(r.first, r.second); }) == Refusal::none);
}

TEST_CASE("a statement is signed under the tag of its message and for its chain") {
  const Proposal proposal{{4}, {0}, std::make_shared<const Block>(Block{{}, blake3(Bytes{'a'}), {}}), {}};
  const Prepare prepare{{4}, {0}, blake3(Bytes{'a'})};
  const Commit commit{{4}, {0}, blake3(Bytes{'a'})};
  const RoundChange change{{4}, {2}, {}};
  const auto same = [](const auto& body) {
    const auto statement = statement_of(said(body)).body;
    CHECK(signing_body(statement) == signing_body(body));
    CHECK(domain_of(statement) == domain_of(body));
  };
  same(proposal);
  same(prepare);
  same(commit);
  same(change);
}

TEST_CASE("a statement that says what its kind can't is refused") {
  const auto decoded = [](const ReportEvidence& report) {
    Transaction body;
    body.operations = {report};
    const std::vector<SigningKey> sender{key_of(2)};
    const auto answer = decode_transaction(*sign_transaction(body, sender)->frame);
    return answer ? std::string{} : std::string{name_of(answer.error())};
  };
  CHECK(decoded(report()) == "");
  auto claims = report();
  claims.first.body.prepared = {{0}, blake3(Bytes{'b'})};
  CHECK(decoded(claims) == "inconsistent");
  auto digest = report();
  digest.second.body.digest = blake3(Bytes{'b'});
  CHECK(decoded(digest) == "inconsistent");
  auto kind = report();
  kind.first.body.kind = static_cast<Statement::Kind>(4);
  CHECK(decoded(kind) == "unknown_variant");
}

}  // namespace
}  // namespace mnrt::messages
