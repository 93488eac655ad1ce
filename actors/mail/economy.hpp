#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "actors/api_calls.hpp"
#include "policies/height.hpp"

namespace mnrt::actors {

struct TreasuryAsked {};
struct TreasuryFound {
  api::TreasuryReport report;
};

struct FailoverAsked {};
struct FailoverFacts {
  policies::Epoch epoch;
  std::string owner_status;  ///< Healthy, Degraded, Failed or Unknown
  std::string immortality;   ///< armed, crash-only or unarmed
  std::uint64_t failures_tolerated{};
  std::uint64_t validators{};
};

struct ScalerAsked {};
struct ScalerFacts {
  std::vector<std::string> decisions;  ///< the newest 20
};

}  // namespace mnrt::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::TreasuryAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::TreasuryFound)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::FailoverAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::FailoverFacts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ScalerAsked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::actors::ScalerFacts)
