#include <cstddef>
#include <cstdint>

#include "messages/transaction_codec.hpp"
#include "policies/check.hpp"

// Any bytes as a transaction frame: what is accepted has exactly one form, the bytes that came.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mnrt;
  const policies::ByteView input{data, size};
  const auto decoded = messages::decode_transaction(input);
  if (!decoded) return 0;
  const auto& transaction = **decoded;
  const auto body = messages::encode_body(transaction.body);
  const auto frame = messages::encode_envelope(body, transaction.signatures);
  MNRT_CHECK(policies::Bytes(input.begin(), input.end()) == frame);
  return 0;
}
