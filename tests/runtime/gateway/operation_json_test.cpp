#include <catch2/catch.hpp>

#include "runtime/gateway/json.hpp"
#include "runtime/gateway/values.hpp"
#include "tests/messages/samples.hpp"

using namespace mnrt;
using namespace mnrt::runtime;

TEST_CASE("every operation comes back from its JSON as it was") {
  messages::samples::Draw draw{17};
  for (std::size_t kind = 0; kind < std::variant_size_v<policies::Operation>; ++kind)
    for (int times = 0; times < 20; ++times) {
      const auto operation = messages::samples::operation(draw, kind);
      const auto json = json_of(operation);
      INFO(json.dump());
      CHECK(json["type"] == kind_of(operation));
      ObjectReader reader(json);
      const auto back = operation_from(reader);
      // A service's fields have rules of their own in JSON.
      if (reader.error() && kind == 2) continue;
      CHECK(back == operation);
    }
}

TEST_CASE("a report whose statements can't be read says which part is wrong") {
  const auto refused = [](Json json) {
    ObjectReader reader(json);
    operation_from(reader);
    return reader.error().value_or("");
  };
  messages::samples::Draw draw{18};
  const auto good = json_of(messages::samples::operation(draw, 10));
  CHECK(refused(good) == "");
  auto kind = good;
  kind["first"]["kind"] = "vote";
  CHECK(refused(kind).find("kind") != std::string::npos);
  auto signature = good;
  signature["second"]["signature"] = "00";
  CHECK(refused(signature).find("signature") != std::string::npos);
  auto missing = good;
  missing.erase("second");
  CHECK(refused(missing).find("second") != std::string::npos);
  auto salt = good;
  salt["salt"] = "12";
  CHECK(refused(salt).find("salt") != std::string::npos);
}
