#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "messages/transaction_codec.hpp"
#include "messages/trust_codec.hpp"
#include "tests/policies/notary/chain.hpp"

// Writes the seeds that no one can write by hand: FOLDER/TARGET/NAME.
namespace mnrt::tests {
namespace {

using namespace policies;

void write(const std::filesystem::path& path, const auto& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out{path, std::ios::binary};
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

SigningKey key(std::uint8_t n) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(n);
  return SigningKey{SecretSeed{seed}};
}

void write_frames(const std::filesystem::path& folder) {
  const std::vector<std::pair<std::string, Operation>> operations{
      {"transfer", Transfer{.token = Token::flx, .amount = Amount{5}}},
      {"notarise", Notarise{.document = sha256(view_of("document"))}},
      {"register", RegisterService{.id = "web",
                                   .kind = "http",
                                   .version = "1",
                                   .endpoints = {"tcp://a:1"},
                                   .labels = {"k=v"},
                                   .ttl_seconds = 300}},
      {"renew", RenewService{.id = "web"}},
      {"remove", RemoveService{.id = "web"}},
      {"lease", RenewLease{}},
      {"withdraw", WithdrawTreasury{.token = Token::gen, .amount = Amount{1}}},
      {"parameter", ChangeParameter{.value = 3}},
      {"keys", ChangeKeys{.policy = {.threshold = 1, .keys = {key(1).public_key()}}}},
      {"commitment", CommitEvidence{.commitment = sha256(view_of("report"))}},
      {"report",
       ReportEvidence{.key = key(1).public_key(),
                      .first = {.body = {.kind = Statement::Kind::prepare, .height = {1}}},
                      .second = {.body = {.kind = Statement::Kind::round_change,
                                          .height = {1},
                                          .round = {1},
                                          .prepared = Statement::Claim{{0}, sha256(view_of("block"))}}}}},
      {"bond", Bond{.seat = {.consensus_key = key(1).public_key()}, .amount = Amount{1}}},
      {"unbond", Unbond{}},
      {"ready", Ready{.final = {7}}},
      {"vote", VoteSetChange{.joins = {Address{}}, .leaves = {Address{}}}},
      {"upgrade", Upgrade{.version = 2, .height = {1'000}}}};
  Transaction all;
  const std::vector<SigningKey> one{key(1)};
  const std::vector<SigningKey> two{key(1), key(2)};
  for (const auto& [name, operation] : operations) {
    Transaction body;
    body.operations = {operation};
    all.operations.push_back(operation);
    write(folder / name, *messages::sign_transaction(body, one)->frame);
  }
  write(folder / "all", *messages::sign_transaction(all, two)->frame);
}

void write_receipts(const std::filesystem::path& folder) {
  Chain chain{make_seats(4, "fuzz"), "fuzz"};
  chain.notarise("document");
  write(folder / "receipt", to_text(chain.receipt(0, {.logs = {0}, .cosigners = {0, 1}})));
  write(folder / "trust", trust_text(messages::encode_trust(chain.trust)));
}

}  // namespace
}  // namespace mnrt::tests

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: fuzz_seeds FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder{argv[1]};
  mnrt::tests::write_frames(folder / "fuzz_transaction_frame");
  mnrt::tests::write_receipts(folder / "fuzz_receipt");
  return 0;
}
