#include "policies/registry/service_rules.hpp"

#include <catch2/catch.hpp>
#include <functional>

namespace {

using namespace mnrt::policies;

RegisterService good() {
  return {.id = "web",
          .kind = "http",
          .version = "1.0",
          .endpoints = {"http://10.0.0.2:80"},
          .labels = {"zone=a"},
          .ttl_seconds = 30};
}

TEST_CASE("a service within its rules has no fault") {
  CHECK(fault_of(good()).empty());
  CHECK(is_well_formed(good()));
}

TEST_CASE("the fault of a service names the field that breaks its rule") {
  struct Row {
    std::function<void(RegisterService&)> change;
    std::string_view named;
  };
  const Row rows[] = {
      {[](auto& service) { service.id = ""; }, "name"},
      {[](auto& service) { service.id = "Web"; }, "name"},
      {[](auto& service) { service.id = std::string(65, 'a'); }, "name"},
      {[](auto& service) { service.kind = "a/b"; }, "kind"},
      {[](auto& service) { service.kind = std::string(33, 'a'); }, "kind"},
      {[](auto& service) { service.version = std::string(33, '1'); }, "version"},
      {[](auto& service) { service.version = "1\n"; }, "version"},
      {[](auto& service) { service.endpoints = {}; }, "endpoints"},
      {[](auto& service) { service.endpoints = {"ftp://a"}; }, "endpoints"},
      {[](auto& service) { service.endpoints = {"tcp://a:1", "tcp://a:1"}; }, "endpoints"},
      {[](auto& service) {
         service.endpoints = {"tcp://a:1", "tcp://a:2", "tcp://a:3", "tcp://a:4", "tcp://a:5"};
       },
       "endpoints"},
      {[](auto& service) { service.labels = {"zone"}; }, "labels"},
      {[](auto& service) { service.labels = {"zone=a", "zone=b"}; }, "labels"},
      {[](auto& service) { service.labels = {"a=" + std::string(127, 'b')}; }, "labels"},
      {[](auto& service) { service.ttl_seconds = 29; }, "seconds"},
  };
  for (const auto& row : rows) {
    auto service = good();
    row.change(service);
    INFO(row.named);
    CHECK(fault_of(service).find(row.named) != std::string_view::npos);
    CHECK_FALSE(is_well_formed(service));
  }
}

}  // namespace
