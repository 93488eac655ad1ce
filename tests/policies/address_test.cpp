#include "policies/address.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "policies/bech32m.hpp"

using namespace mnrt::policies;

namespace {

Address counting() {
  Address address;
  for (std::size_t i = 0; i < address.bytes.size(); ++i) address.bytes[i] = static_cast<std::uint8_t>(i);
  return address;
}

}  // namespace

TEST_CASE("every address comes back from its text", "[address]") {
  CHECK(rc::check([](const std::array<std::uint8_t, 32>& bytes) {
    const Address address{bytes};
    const auto text = to_bech32m(address);
    RC_ASSERT(text.size() == 61U);
    RC_ASSERT(text.starts_with("mn1"));
    RC_ASSERT(address_from_bech32m(text) == address);
  }));
}

TEST_CASE("an address in upper case is the same address, in mixed case none", "[address]") {
  auto text = to_bech32m(counting());
  auto upper = text;
  for (auto& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  CHECK(address_from_bech32m(upper) == counting());
  text[0] = 'M';
  CHECK_FALSE(address_from_bech32m(text));
}

TEST_CASE("any one wrong character of an address is noticed", "[address]") {
  const auto text = to_bech32m(counting());
  for (std::size_t i = 0; i < text.size(); ++i)
    for (const char c : std::string_view("qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio!")) {
      auto wrong = text;
      wrong[i] = c;
      if (wrong == text) continue;
      CAPTURE(wrong);
      CHECK_FALSE(address_from_bech32m(wrong));
    }
}

TEST_CASE("an address has one length, one prefix and zero padding", "[address]") {
  const auto words = decode_bech32m(to_bech32m(counting()));
  REQUIRE(words);
  auto other_prefix = *words;
  other_prefix.human_part = "bc";
  CHECK_FALSE(address_from_bech32m(encode_bech32m(other_prefix)));
  auto longer = *words;
  longer.quintets.push_back(0);
  CHECK_FALSE(address_from_bech32m(encode_bech32m(longer)));
  auto shorter = *words;
  shorter.quintets.pop_back();
  CHECK_FALSE(address_from_bech32m(encode_bech32m(shorter)));
  for (const int bit : {0, 1, 2, 3}) {
    auto padded = *words;
    padded.quintets.back() = static_cast<std::uint8_t>(padded.quintets.back() | 1 << bit);
    CHECK_FALSE(address_from_bech32m(encode_bech32m(padded)));
  }
  CHECK_FALSE(address_from_bech32m(""));
}
