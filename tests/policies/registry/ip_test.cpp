#include "policies/registry/ip.hpp"

#include <arpa/inet.h>
#include <rapidcheck.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace mnrt::policies;

namespace {

/// The system's own reader and writer, which share no code with ours.
std::optional<std::array<std::uint8_t, 16>> system_v6(const std::string& text) {
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

std::optional<std::array<std::uint8_t, 4>> system_v4(const std::string& text) {
  std::array<std::uint8_t, 4> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

void reads_as_the_system_does(const std::string& text) {
  INFO(text);
  const auto ours = ip_from_text(text);
  if (const auto v4 = system_v4(text)) {
    REQUIRE(ours);
    CHECK(ours->is_v4());
    CHECK(std::equal(v4->begin(), v4->end(), ours->bytes.begin() + 12));
  } else if (const auto v6 = system_v6(text)) {
    REQUIRE(ours);
    CHECK(ours->bytes == *v6);
  } else {
    CHECK_FALSE(ours);
  }
}

}  // namespace

TEST_CASE("addresses are read as the system's inet_pton reads them") {
  for (const std::string text : {"0.0.0.0",
                                 "127.0.0.1",
                                 "255.255.255.255",
                                 "256.0.0.1",
                                 "1.2.3",
                                 "1.2.3.4.5",
                                 "01.2.3.4",
                                 "1.2.3.4 ",
                                 "1..2.3",
                                 "",
                                 "a.b.c.d",
                                 "0x7f.0.0.1",
                                 "127.1",
                                 "2130706433",
                                 "::",
                                 "::1",
                                 "1::",
                                 "1:2:3:4:5:6:7:8",
                                 "1:2:3:4:5:6:7",
                                 "1:2:3:4:5:6:7:8:9",
                                 "1::8",
                                 "1:2:3:4:5:6:7::",
                                 "::2:3:4:5:6:7:8",
                                 "1::2::3",
                                 ":::",
                                 ":1",
                                 "1:",
                                 "::1:",
                                 "12345::",
                                 "::ffff:1.2.3.4",
                                 "::1.2.3.4",
                                 "1:2:3:4:5:6:1.2.3.4",
                                 "1:2:3:4:5:6:7:1.2.3.4",
                                 "1.2.3.4::",
                                 "::1.2.3",
                                 "::1.2.3.4:5",
                                 "fe80::1%eth0",
                                 "g::",
                                 "FE80::ABCD",
                                 "::ffff:0:0",
                                 "64:ff9b::10.0.0.1"})
    reads_as_the_system_does(text);
}

TEST_CASE("any text of an address's characters is read as the system reads it") {
  CHECK(rc::check([] {
    const auto length = *rc::gen::element(3, 7, 9, 15, 20);
    std::string text;
    for (int i = 0; i < length; ++i) text += *rc::gen::element(':', ':', '.', '0', '1', 'f', '2', '5');
    const auto ours = ip_from_text(text);
    const auto v6 = system_v6(text);
    RC_ASSERT(ours.has_value() == (system_v4(text).has_value() || v6.has_value()));
    if (v6) RC_ASSERT(ours->bytes == *v6);
  }));
}

TEST_CASE("addresses are written as the system writes them and read back") {
  CHECK(rc::check([](const std::array<std::uint16_t, 8>& groups) {
    IpAddress address;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      // Many zeros, so that runs of them come up.
      const auto group = groups[i] % 3 == 0 ? groups[i] : std::uint16_t{0};
      address.bytes[2 * i] = static_cast<std::uint8_t>(group >> 8);
      address.bytes[2 * i + 1] = static_cast<std::uint8_t>(group);
    }
    RC_ASSERT(ip_from_text(to_text(address)) == address);
    // The system writes compatible addresses (::a.b.c.d) with dots; RFC 5952 leaves that open.
    if (std::all_of(address.bytes.begin(), address.bytes.begin() + 12, [](auto b) { return b == 0; })) return;
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, address.bytes.data(), text.data(), text.size());
    RC_ASSERT(to_text(address) == text.data());
  }));
  CHECK(to_text(*ip_from_text("10.1.2.3")) == "10.1.2.3");
  CHECK(to_text(*ip_from_text("::")) == "::");
  CHECK(to_text(*ip_from_text("0:0:1:0:0:0:0:1")) == "0:0:1::1");
}

TEST_CASE("a network holds the addresses of its prefix") {
  const auto ten = network_from_text("10.0.0.0/8");
  REQUIRE(ten);
  CHECK(ten->contains(*ip_from_text("10.255.0.1")));
  CHECK_FALSE(ten->contains(*ip_from_text("11.0.0.1")));
  const auto unique = network_from_text("fc00::/7");
  REQUIRE(unique);
  CHECK(unique->contains(*ip_from_text("fdff::1")));
  CHECK_FALSE(unique->contains(*ip_from_text("fe00::1")));
  const auto one = network_from_text("127.0.0.1");
  REQUIRE(one);
  CHECK(one->contains(*ip_from_text("127.0.0.1")));
  CHECK_FALSE(one->contains(*ip_from_text("127.0.0.2")));
  CHECK(network_from_text("0.0.0.0/0")->contains(*ip_from_text("8.8.8.8")));
  CHECK_FALSE(network_from_text("0.0.0.0/0")->contains(*ip_from_text("2001:db9::1")));
  for (const auto* text :
       {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "fc00::/129", "/8", "x/8", "fc00::1/7"})
    CHECK_FALSE(network_from_text(text));
}
