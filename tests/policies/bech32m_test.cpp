#include "policies/bech32m.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace mnrt::policies;

// BIP 350, "Test vectors for Bech32m".
TEST_CASE("the valid strings of BIP 350 decode and encode back in lower case", "[bech32m]") {
  const std::string text =
      GENERATE("A1LQFN3A", "a1lqfn3a",
               "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11sg7hg6",
               "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
               "11llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllludsr8",
               "split1checkupstagehandshakeupstreamerranterredcaperredlc445v", "?1v759aa");
  CAPTURE(text);
  const auto words = decode_bech32m(text);
  REQUIRE(words);
  auto lower = text;
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  CHECK(encode_bech32m(*words) == lower);
}

TEST_CASE("the invalid strings of BIP 350 are refused", "[bech32m]") {
  const std::string text = GENERATE(
      "\x20"
      "1xj0phk",
      "\x7f"
      "1g6xzxy",
      "\x80"
      "1vctc34",
      "an84characterslonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber11d6pts4",
      "qyrz8wqd2c9m", "1qyrz8wqd2c9m", "y1b0jsk6g", "lt1igcx5c0", "in1muywd", "mm1crxm3i", "au1s5cgom",
      "M1VUXWEZ", "16plkw9", "1p2gdwpf");
  CAPTURE(text);
  CHECK_FALSE(decode_bech32m(text));
}

TEST_CASE("a checksum of the older bech32 is refused", "[bech32m]") {
  // BIP 173, "Test vectors": valid there.
  CHECK_FALSE(decode_bech32m("A12UEL5L"));
  CHECK_FALSE(decode_bech32m("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"));
}

TEST_CASE("the data of a string is what BIP 350 says", "[bech32m]") {
  Bech32m words{.human_part = "abcdef", .quintets = {}};
  for (int i = 31; i >= 0; --i) words.quintets.push_back(static_cast<std::uint8_t>(i));
  CHECK(encode_bech32m(words) == "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx");
}
