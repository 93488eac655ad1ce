#pragma once

#include <span>
#include <string_view>

namespace mnrt::sims {

/// The files of sims/scenarios/, which travel in the program.
struct ScenarioText {
  std::string_view name;
  std::string_view text;
};
std::span<const ScenarioText> scenario_texts();

}  // namespace mnrt::sims
