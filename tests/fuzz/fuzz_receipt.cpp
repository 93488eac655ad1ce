#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "messages/trust_codec.hpp"
#include "policies/check.hpp"
#include "policies/notary/receipt.hpp"
#include "tests/policies/notary/chain.hpp"

namespace {

using namespace mnrt;

// One chain whose receipt the seeds hold: whatever is changed in that receipt has to be refused.
const tests::Chain& chain() {
  static const tests::Chain one = [] {
    tests::Chain made{tests::make_seats(4, "fuzz"), "fuzz"};
    made.notarise("document");
    return made;
  }();
  return one;
}

const std::string& good_receipt() {
  static const std::string text = to_text(chain().receipt(0, {.logs = {0}, .cosigners = {0, 1}}));
  return text;
}

void check_receipt(std::string_view text) {
  const auto parsed = policies::receipt_from_text(text);
  if (parsed) MNRT_CHECK(to_text(*parsed) == text);
  const auto answer = policies::verify_receipt({.document = policies::sha256(tests::view_of("document")),
                                                .receipt = text,
                                                .trust = &chain().trust,
                                                .root = chain().id()});
  // Signatures of unknown keys may be added, so a valid text can differ; its proof, leaf and checkpoint
  // can't.
  if (answer.verdict == policies::ReceiptVerdict::valid) {
    const auto good = policies::receipt_from_text(good_receipt());
    MNRT_CHECK(parsed && parsed->leaf == good->leaf && parsed->index == good->index &&
               parsed->proof == good->proof && parsed->checkpoint.text == good->checkpoint.text);
  }
}

void check_trust(std::string_view text) {
  const auto frame = policies::trust_frame(text);
  if (!frame) return;
  const auto trust = messages::decode_trust(*frame);
  if (!trust) return;
  MNRT_CHECK(messages::encode_trust(*trust) == *frame);
  (void)policies::establish(*trust, policies::start_of(*trust));
}

}  // namespace

// Any text as a receipt, and as a trust file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_receipt(text);
  check_trust(text);
  return 0;
}

// The seed that the other inputs grow from.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned int seed);
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t size_max);

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                    unsigned int seed) {
  if (seed % 64 == 0 && good_receipt().size() <= size_max) {
    std::copy(good_receipt().begin(), good_receipt().end(), data);
    size = good_receipt().size();
  }
  return LLVMFuzzerMutate(data, size, size_max);
}
