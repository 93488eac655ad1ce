#pragma once

#include <chrono>

#include "actors/ports.hpp"

namespace mnrt::runtime {

class SystemClock final : public actors::WallClock {
 public:
  policies::BlockTime now() const override {
    using namespace std::chrono;
    return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
  }
};

}  // namespace mnrt::runtime
