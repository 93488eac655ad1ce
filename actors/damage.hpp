#pragma once

#include <stdexcept>
#include <string>

#include "actors/ports.hpp"

namespace mnrt::actors {

/// What is stored isn't what was written: whatever came of it would be wrong, on every start.
struct Damaged : std::runtime_error {
  explicit Damaged(const std::string& what) : std::runtime_error(what) {}
};

/// A store's error as an exception: `Damaged` where it is damage, so that a start anew isn't tried in vain.
[[noreturn]] inline void throw_error(const StoreError& error) {
  if (error.kind == StoreError::Kind::corrupted) throw Damaged{error.text};
  throw std::runtime_error(error.text);
}

}  // namespace mnrt::actors
