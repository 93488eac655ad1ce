#include "runtime/cli/bench/fill.hpp"

#include <catch2/catch.hpp>

#include "messages/transaction_codec.hpp"
#include "policies/limits.hpp"
#include "policies/registry/service_rules.hpp"

namespace {

using namespace mnrt;
namespace limits = policies::limits;

TEST_CASE("the largest service keeps the rules and fills each field") {
  const auto service = runtime::largest_service(7);
  CHECK(policies::fault_of(service).empty());
  CHECK(service.id.size() == limits::service_id_bytes_max);
  CHECK(service.labels.size() == limits::service_labels_max);
  for (const auto& label : service.labels) CHECK(label.size() == limits::service_label_bytes_max);
  CHECK(runtime::largest_service(8).id != service.id);
}

TEST_CASE("the largest transaction is as large as one may be, but for less than an operation") {
  const policies::SigningKey key{policies::SecretSeed{{}}};
  policies::Transaction body;
  body.sender = policies::address_of(policies::single_key(key.public_key()));
  body.fee_limit = {1};
  body.operations = runtime::largest_operations(0, limits::operations_max);
  const auto bytes = [&] { return messages::sign_transaction(body, {&key, 1})->bytes(); };
  CHECK(bytes() <= limits::transaction_bytes_max);
  body.operations.push_back(body.operations.back());
  CHECK((bytes() > limits::transaction_bytes_max || body.operations.size() > limits::operations_max));
}

}  // namespace
