#include "policies/registry/probe_target.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace mnrt::policies;

TEST_CASE("probes reach public addresses alone") {
  struct Row {
    const char* address;
    ProbeTarget target;
  };
  const std::vector<Row> table{
      {"8.8.8.8", ProbeTarget::allowed},
      {"172.15.255.255", ProbeTarget::allowed},
      {"172.32.0.0", ProbeTarget::allowed},
      {"100.63.255.255", ProbeTarget::allowed},
      {"223.255.255.255", ProbeTarget::allowed},
      {"2a00:1450::1", ProbeTarget::allowed},
      {"2606:4700::1111", ProbeTarget::allowed},
      {"64:ff9b::808:808", ProbeTarget::allowed},
      {"2002:808:808::1", ProbeTarget::allowed},
      {"0.0.0.0", ProbeTarget::unspecified},
      {"0.1.2.3", ProbeTarget::unspecified},
      {"::", ProbeTarget::unspecified},
      {"127.0.0.1", ProbeTarget::loopback},
      {"127.255.255.254", ProbeTarget::loopback},
      {"::1", ProbeTarget::loopback},
      {"::ffff:127.0.0.1", ProbeTarget::loopback},
      {"::127.0.0.1", ProbeTarget::loopback},
      {"64:ff9b::7f00:1", ProbeTarget::loopback},
      {"2002:7f00:1::", ProbeTarget::loopback},
      {"169.254.169.254", ProbeTarget::link_local},
      {"fe80::1", ProbeTarget::link_local},
      {"febf::1", ProbeTarget::link_local},
      {"::ffff:169.254.1.1", ProbeTarget::link_local},
      {"10.0.0.1", ProbeTarget::private_network},
      {"172.16.0.1", ProbeTarget::private_network},
      {"172.31.255.255", ProbeTarget::private_network},
      {"192.168.1.1", ProbeTarget::private_network},
      {"100.64.0.1", ProbeTarget::private_network},
      {"fd00::1", ProbeTarget::private_network},
      {"fec0::1", ProbeTarget::private_network},
      {"64:ff9b:1::a00:1", ProbeTarget::private_network},
      {"2002:a00:1::1", ProbeTarget::private_network},
      {"224.0.0.1", ProbeTarget::reserved},
      {"255.255.255.255", ProbeTarget::reserved},
      {"198.18.0.1", ProbeTarget::reserved},
      {"192.0.2.1", ProbeTarget::reserved},
      {"2001:db8::1", ProbeTarget::reserved},
      {"2001::1", ProbeTarget::reserved},
      {"ff02::1", ProbeTarget::reserved},
  };
  for (const auto& row : table) {
    INFO(row.address);
    CHECK(judge_probe_target(*ip_from_text(row.address), {}) == row.target);
  }
}

TEST_CASE("an allow-listed network may be probed whatever it is") {
  const std::vector allow{*network_from_text("127.0.0.0/8"), *network_from_text("fd00::/8")};
  CHECK(judge_probe_target(*ip_from_text("127.0.0.1"), allow) == ProbeTarget::allowed);
  CHECK(judge_probe_target(*ip_from_text("fd12::1"), allow) == ProbeTarget::allowed);
  CHECK(judge_probe_target(*ip_from_text("::1"), allow) == ProbeTarget::loopback);
  CHECK(judge_probe_target(*ip_from_text("10.0.0.1"), allow) == ProbeTarget::private_network);
  // A form that carries an allowed address isn't that address.
  CHECK(judge_probe_target(*ip_from_text("64:ff9b::7f00:1"), allow) == ProbeTarget::loopback);
}

TEST_CASE("each judgement has a name") {
  CHECK(name_of(ProbeTarget::allowed) == "allowed");
  CHECK(name_of(ProbeTarget::unspecified) == "unspecified");
  CHECK(name_of(ProbeTarget::loopback) == "loopback");
  CHECK(name_of(ProbeTarget::link_local) == "link_local");
  CHECK(name_of(ProbeTarget::private_network) == "private_network");
  CHECK(name_of(ProbeTarget::reserved) == "reserved");
}
