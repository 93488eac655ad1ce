#include "runtime/cli/receipt_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "messages/block_codec.hpp"
#include "messages/consensus_codec.hpp"
#include "messages/genesis_codec.hpp"
#include "messages/trust_codec.hpp"
#include "policies/limits.hpp"
#include "tests/policies/notary/chain.hpp"

namespace mnrt::tests {
namespace {

using namespace policies;
using namespace runtime;
namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "mnrt-receipts-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()));
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  fs::path operator/(const fs::path& name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// A chain whose trust can be written: its id is its genesis' digest.
Chain real_chain() {
  Chain chain{make_seats(1, "files"), "files"};
  auto& start = std::get<GenesisStart>(chain.trust.start);
  start.genesis.owner = single_key(chain.seats[0].consensus.public_key());
  start.genesis.parameters = default_parameters();
  start.digest = messages::chain_id_of(start.genesis);
  return chain;
}

/// Hands over with the digests and sealed bytes that nodes compute.
void hand_over(Chain& chain, std::vector<Seat> next) {
  Handover handover;
  handover.next_set = set_of(next);
  handover.next_set_digest = messages::digest_of(chain.id(), handover.next_set);
  handover.header.chain_id = chain.id();
  handover.header.height = {chain.height++};
  handover.header.next_validators = handover.next_set_digest;
  handover.header.beta = Bytes(64);
  handover.header.beta_proof = Bytes(80);
  handover.digest = messages::digest_of(handover.header);
  handover.seals = {.round = {3}, .signers = std::vector<bool>(chain.seats.size(), true), .signatures = {}};
  handover.sealed_bytes = messages::signing_bytes_of(
      chain.id(), Commit{.height = handover.header.height, .round = {3}, .digest = handover.digest});
  for (const auto& seat : chain.seats)
    handover.seals.signatures.push_back(seat.consensus.sign(handover.sealed_bytes));
  chain.trust.handovers.push_back(std::move(handover));
  chain.seats = std::move(next);
}

struct Issued {
  explicit Issued(const Chain& chain, const Folder& folder, const Signers& signers)
      : paths(receipt_paths(folder / "R")) {
    REQUIRE(write_text(paths.proof, to_text(chain.receipt(chain.leaves.size() - 1, signers))));
    REQUIRE(write_text(paths.trust, trust_text(messages::encode_trust(chain.trust))));
  }
  ReceiptPaths paths;
};

const Signers alone{.logs = {0}, .cosigners = {0}};

TEST_CASE("a receipt is named with or without its endings") {
  for (const auto* name : {"a/R", "a/R.tlog-proof", "a/R.trust", "a/R.label"}) {
    const auto paths = receipt_paths(name);
    CHECK(paths.proof == "a/R.tlog-proof");
    CHECK(paths.trust == "a/R.trust");
    CHECK(paths.label == "a/R.label");
  }
  CHECK(receipt_paths("contract.pdf").proof == "contract.pdf.tlog-proof");
}

TEST_CASE("a written receipt is judged from its files alone") {
  const Folder folder;
  auto chain = real_chain();
  chain.notarise("document");
  const Issued issued{chain, folder, alone};
  JudgeRequest request{.paths = issued.paths, .document = sha256(view_of("document")), .root = chain.id()};
  CHECK(judge_receipt(request)->check.verdict == ReceiptVerdict::valid);
  request.root.reset();
  CHECK(judge_receipt(request)->check.verdict == ReceiptVerdict::untrusted);
}

TEST_CASE("hand-overs survive their way through the trust file and lead to the set that cosigned") {
  const Folder folder;
  auto chain = real_chain();
  hand_over(chain, make_seats(4, "four"));
  hand_over(chain, make_seats(4, "rotated"));
  chain.notarise("document");
  const Issued issued{chain, folder, {.logs = {1}, .cosigners = {0, 3}}};
  const JudgeRequest request{
      .paths = issued.paths, .document = sha256(view_of("document")), .root = chain.id()};
  const auto judged = judge_receipt(request).value();
  CHECK(judged.check.verdict == ReceiptVerdict::valid);
  CHECK(judged.check.facts->validators == 4);
}

TEST_CASE("every changed character of a trust file is refused") {
  const Folder folder;
  auto chain = real_chain();
  hand_over(chain, make_seats(1, "rotated"));
  chain.notarise("document");
  const Issued issued{chain, folder, alone};
  const auto text = read_text(issued.paths.trust, limits::trust_bytes_max).value();
  const auto receipt = read_text(issued.paths.proof, limits::receipt_bytes_max).value();
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const int mask : {1, 2, 16, 32}) {
      auto changed = text;
      changed[at] = static_cast<char>(changed[at] ^ mask);
      const auto trust = read_trust(changed);
      const auto check = verify_receipt({.document = sha256(view_of("document")),
                                         .receipt = receipt,
                                         .trust = trust ? &*trust : nullptr,
                                         .root = chain.id()});
      REQUIRE(check.verdict != ReceiptVerdict::valid);
    }
}

TEST_CASE("a missing trust file is a verdict, a missing receipt an error") {
  const Folder folder;
  auto chain = real_chain();
  chain.notarise("document");
  const Issued issued{chain, folder, alone};
  const JudgeRequest request{
      .paths = issued.paths, .document = sha256(view_of("document")), .root = chain.id()};
  fs::remove(issued.paths.trust);
  const auto judged = judge_receipt(request).value();
  CHECK(judged.check.verdict == ReceiptVerdict::trust_malformed);
  CHECK_FALSE(judged.check.detail.empty());
  fs::remove(issued.paths.proof);
  CHECK_FALSE(judge_receipt(request));
}

TEST_CASE("a receipt that is too large is malformed and isn't read to its end") {
  const Folder folder;
  const auto paths = receipt_paths(folder / "R");
  REQUIRE(write_text(paths.proof, std::string(3 * limits::receipt_bytes_max, 'a')));
  const auto judged = judge_receipt({.paths = paths, .document = {}, .root = Digest{}}).value();
  CHECK(judged.check.verdict == ReceiptVerdict::malformed);
}

TEST_CASE("a label is shown where it is the leaf's and refused where it isn't") {
  const Folder folder;
  auto chain = real_chain();
  SaltedLabel label{.salt = {}, .label = "contract"};
  label.salt.fill(7);
  chain.notarise("document");
  auto leaf = leaf_from_text(chain.leaves[0]).value();
  leaf.label_hash = label_hash(label);
  chain.leaves[0] = to_text(leaf);
  chain.log = {};
  chain.log.add(chain.leaves[0]);
  const Issued issued{chain, folder, alone};
  const JudgeRequest request{
      .paths = issued.paths, .document = sha256(view_of("document")), .root = chain.id()};
  CHECK_FALSE(judge_receipt(request)->label);
  REQUIRE(write_text(issued.paths.label, to_text(label)));
  CHECK(judge_receipt(request)->label == label);
  label.label = "another";
  REQUIRE(write_text(issued.paths.label, to_text(label)));
  CHECK(judge_receipt(request)->label_differs);
  REQUIRE(write_text(issued.paths.label, "nonsense"));
  CHECK(judge_receipt(request)->label_differs);
}

TEST_CASE("a folder stands for the files below it, without receipts of before") {
  const Folder folder;
  for (const auto* name : {"b", "a", "deeper/c", "deeper/c.tlog-proof", "deeper/c.trust", "my.trust"})
    REQUIRE(write_text(folder / name, name));
  fs::create_symlink("a", folder / "link");
  const auto all = documents_of({.files = {folder.path()}, .out = folder / "out"}).value();
  std::vector<fs::path> receipts;
  for (const auto& document : all.documents)
    receipts.push_back(document.receipt.lexically_relative(folder / "out"));
  CHECK(receipts == std::vector<fs::path>{"a", "b", "deeper/c", "link", "my.trust"});
  CHECK(all.left_out.empty());
}

TEST_CASE("what lies in a folder and can't be notarised is named, and left out only on demand") {
  const Folder folder;
  REQUIRE(write_text(folder / "deeper/a", "a"));
  fs::create_symlink("nowhere", folder / "deeper/broken");
  fs::create_directory_symlink("deeper", folder / "to-folder");
  REQUIRE(mkfifo((folder / "pipe\x1b[31m").c_str(), 0600) == 0);
  const auto refused = documents_of({.files = {folder.path()}, .out = {}});
  REQUIRE_FALSE(refused);
  for (const auto* named : {"deeper/broken: a broken link", "to-folder: a link to a folder",
                            "pipe\\x1b[31m: it is a pipe", "nothing was sent", "--skip-unreadable"}) {
    CAPTURE(named);
    CHECK(refused.error().find(named) != std::string::npos);
  }
  const auto rest = documents_of({.files = {folder.path()}, .out = {}, .skips_unreadable = true}).value();
  CHECK(rest.documents.size() == 1);
  CHECK(rest.left_out.size() == 3);
}

TEST_CASE("one file's receipt is what --out names, or lies in the folder that it names") {
  const Folder folder;
  REQUIRE(write_text(folder / "a", "a"));
  const auto receipt_with = [&](std::optional<fs::path> out) {
    return documents_of({.files = {folder / "a"}, .out = std::move(out)}).value().documents.front().receipt;
  };
  CHECK(receipt_with(std::nullopt) == folder / "a");
  CHECK(receipt_with(folder / "R") == folder / "R");
  CHECK(receipt_with(folder.path()) == folder / "a");
}

TEST_CASE("what can't be notarised together is refused with its reason") {
  const Folder folder;
  REQUIRE(write_text(folder / "x/a", "1"));
  REQUIRE(write_text(folder / "y/a", "2"));
  fs::create_directories(folder / "empty");
  CHECK_FALSE(documents_of({.files = {folder / "x/a", folder / "y/a"}, .out = folder / "out"}));
  CHECK(documents_of({.files = {folder / "x/a", folder / "y/a"}, .out = {}}));
  CHECK_FALSE(documents_of({.files = {folder / "none"}, .out = {}}));
  CHECK_FALSE(documents_of({.files = {folder / "empty"}, .out = {}}));
  CHECK_FALSE(documents_of({.files = {"-"}, .out = {}}));
  CHECK(documents_of({.files = {"-"}, .out = folder / "R"})->documents.front().receipt == folder / "R");
}

TEST_CASE("a file is hashed as sha256sum does, in pieces") {
  const Folder folder;
  // FIPS 180-4: one million letters a.
  REQUIRE(write_text(folder / "a", std::string(1'000'000, 'a')));
  CHECK(to_hex(sha256_of(folder / "a")->bytes) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK_FALSE(sha256_of(folder / "none"));
  CHECK_FALSE(sha256_of(folder.path()));
}

TEST_CASE("a pipe, a device or a folder is refused at once instead of waited for") {
  const Folder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(sha256_of(folder / "pipe").error().find("it is a pipe; give its content on standard input") !=
        std::string::npos);
  CHECK(sha256_of("/dev/zero").error() == "can't read /dev/zero: it is a device or a socket");
  CHECK(read_text(folder / "pipe", 10).error().find("it is a pipe") != std::string::npos);
  CHECK(read_text("/dev/zero", 10).error().find("device") != std::string::npos);
  CHECK(sha256_of(folder.path()).error().find("it is a folder") != std::string::npos);
}

TEST_CASE("writing replaces a file as a whole and leaves nothing behind") {
  const Folder folder;
  REQUIRE(write_text(folder / "deep/R", "old"));
  REQUIRE(write_text(folder / "deep/R", "new"));
  CHECK(read_text(folder / "deep/R", 10) == "new");
  CHECK_FALSE(read_text(folder / "deep/R", 2));
  CHECK(std::distance(fs::directory_iterator{folder / "deep"}, {}) == 1);
  CHECK_FALSE(write_text(folder / "deep/R/below", "text"));
}

}  // namespace
}  // namespace mnrt::tests
