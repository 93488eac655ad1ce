#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>

#include "tests/messages/forms.hpp"

namespace mnrt::messages {
namespace {

using policies::Bytes;
using samples::all_forms;
using samples::Draw;

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t mutations_per_form = 600;
#else
constexpr std::size_t mutations_per_form = 5'000;  // 27 forms: over 100,000
#endif

/// Bytes that decode must be the one encoding of what they decode to.
void check_hostile(const samples::Form& form, const Bytes& bytes) {
  const auto again = form.again(bytes);
  if (!again || *again == bytes) return;
  const auto at = std::ranges::mismatch(*again, bytes).in1 - again->begin();
  INFO(form.name << " has two encodings, different from byte " << at << "\n"
                 << policies::to_hex(bytes) << '\n'
                 << policies::to_hex(*again));
  FAIL();
}

/// Flips a bit, sets a byte, copies a word over another, or adds one to a word: pointers become near misses.
void mutate(Draw& draw, Bytes& bytes) {
  const auto at = draw.below(bytes.size());
  const auto words = bytes.size() / 8;
  switch (draw.below(4)) {
    case 0:
      bytes[at] ^= static_cast<std::uint8_t>(1u << draw.below(8));
      break;
    case 1:
      bytes[at] = static_cast<std::uint8_t>(draw.below(256));
      break;
    case 2:
      std::memmove(bytes.data() + 8 * draw.below(words), bytes.data() + 8 * draw.below(words), 8);
      break;
    default:
      ++bytes[at];
      break;
  }
}

TEST_CASE("bytes with a mutation are refused, or are the one encoding of another value") {
  for (const auto& form : all_forms()) {
    Draw draw(std::hash<std::string>{}(form.name));
    Bytes original;
    for (std::size_t i = 0; i < mutations_per_form; ++i) {
      if (i % 20 == 0) original = form.draw(draw);
      auto bytes = original;
      for (auto count = 1 + draw.below(3); count > 0; --count) mutate(draw, bytes);
      check_hostile(form, bytes);
    }
  }
  SUCCEED();
}

TEST_CASE("every single bit of a small message is accounted for") {
  for (const auto& form : all_forms()) {
    Draw draw(7);
    auto bytes = form.draw(draw);
    for (int tries = 0; bytes.size() > 1'000 && tries < 50; ++tries) bytes = form.draw(draw);
    if (bytes.size() > 2'500) continue;
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      auto flipped = bytes;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
      check_hostile(form, flipped);
    }
  }
  SUCCEED();
}

TEST_CASE("a message that is cut short or has words behind it is refused") {
  for (const auto& form : all_forms()) {
    Draw draw(11);
    const auto bytes = form.draw(draw);
    INFO(form.name);
    REQUIRE(form.again(bytes).has_value());
    REQUIRE(form.again({}).error() == DecodeError::truncated);
    for (std::size_t size = 1; size < bytes.size(); size += 1 + bytes.size() / 500)
      REQUIRE_FALSE(form.again(policies::ByteView(bytes).first(size)).has_value());
    auto longer = bytes;
    longer.push_back(0);
    REQUIRE(form.again(longer).error() == DecodeError::truncated);
    longer.resize(bytes.size() + 8);
    REQUIRE(form.again(longer).error() == DecodeError::not_canonical);
    std::ranges::fill(std::span(longer).last(8), std::uint8_t{1});
    REQUIRE_FALSE(form.again(longer).has_value());
  }
}

TEST_CASE("bytes at an odd address decode like aligned ones") {
  for (const auto& form : all_forms()) {
    Draw draw(13);
    const auto bytes = form.draw(draw);
    Bytes shifted(bytes.size() + 1);
    std::ranges::copy(bytes, shifted.begin() + 1);
    const auto again = form.again(policies::ByteView(shifted).subspan(1));
    INFO(form.name);
    REQUIRE(again.has_value());
    REQUIRE(*again == bytes);
  }
}

TEST_CASE("bytes that nobody encoded don't crash a decoder") {
  Draw draw(17);
  for (const auto& form : all_forms())
    for (int i = 0; i < 200; ++i) {
      auto bytes = draw.blob(8 * draw.below(40));
      // A root pointer to a struct right behind it gets further than chance does.
      if (bytes.size() >= 8 && draw.chance(2))
        bytes = [&] {
          std::ranges::fill(std::span(bytes).first(8), std::uint8_t{0});
          bytes[4] = static_cast<std::uint8_t>(draw.below(20));
          bytes[6] = static_cast<std::uint8_t>(draw.below(4));
          return bytes;
        }();
      check_hostile(form, bytes);
    }
  SUCCEED();
}

}  // namespace
}  // namespace mnrt::messages
