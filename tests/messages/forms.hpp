#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "tests/messages/samples.hpp"

namespace mnrt::messages::samples {

/// One encoded form: how to draw one, and how to decode bytes and encode the value again.
struct Form {
  std::string name;
  std::function<policies::Bytes(Draw&)> draw;
  std::function<std::expected<policies::Bytes, DecodeError>(policies::ByteView)> again;
};

/// Every form that the wire and the disk carry, state rows one by one.
const std::vector<Form>& all_forms();

}  // namespace mnrt::messages::samples
