#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "policies/notary/base64.hpp"
#include "tests/policies/notary/chain.hpp"

// Writes receipts, policies and documents, and consistency proofs, for programs that share none of our code.
namespace mnrt::tests {
namespace {

using namespace policies;

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

struct Case {
  std::string name;
  std::size_t validators;
  std::size_t leaves;
  std::uint64_t index;
  Signers signers;
};

void write_case(const std::filesystem::path& folder, const Case& given) {
  Chain chain{make_seats(given.validators, given.name), given.name};
  for (std::size_t i = 0; i < given.leaves; ++i) chain.notarise("document " + std::to_string(i));
  auto receipt = chain.receipt(given.index, given.signers);
  // A stranger's signature, which every verifier must ignore.
  receipt.checkpoint.signatures.push_back(
      {.name = "stranger.example", .id = {1, 2, 3, 4}, .signature = Bytes(72, 5)});
  write(folder / (given.name + ".tlog-proof"), to_text(receipt));
  write(folder / (given.name + ".policy"), tlog_policy(establish(chain.trust, chain.id()).value()));
  write(folder / (given.name + ".document"), "document " + std::to_string(given.index));
}

/// Lines of `from root to root hashes…`, roots and hashes in base64.
std::string growths(std::size_t leaves) {
  StoredLog log;
  std::vector<LogHead> heads{log.head()};
  for (std::size_t i = 0; i < leaves; ++i) {
    log.add("leaf " + std::to_string(i));
    heads.push_back(log.head());
  }
  std::string text;
  for (std::uint64_t to = 1; to <= leaves; ++to)
    for (std::uint64_t from = 1; from <= to; ++from) {
      text += std::to_string(from) + " " + to_base64(heads[from].root.bytes) + " " + std::to_string(to) +
              " " + to_base64(heads[to].root.bytes);
      const auto proof = prove_consistency({.from = from, .to = to}, log).value();
      for (const auto& hash : proof) text += " " + to_base64(hash.bytes);
      text += "\n";
    }
  return text;
}

}  // namespace
}  // namespace mnrt::tests

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_receipts FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder{argv[1]};
  std::filesystem::create_directories(folder);
  using mnrt::tests::write_case;
  write_case(folder, {"alone", 1, 1, 0, {.logs = {0}, .cosigners = {0}}});
  write_case(folder, {"owner", 1, 1'000, 641, {.logs = {0}, .cosigners = {0}}});
  write_case(folder, {"four", 4, 77, 76, {.logs = {2}, .cosigners = {0, 3}}});
  write_case(folder, {"seven", 7, 256, 0, {.logs = {0, 6}, .cosigners = {0, 1, 2, 3, 4, 5, 6}}});
  mnrt::tests::write(folder / "growths", mnrt::tests::growths(70));
  return 0;
}
