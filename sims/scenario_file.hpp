#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "sims/scenario.hpp"

namespace mnrt::sims {

/// A scenario from TOML. Strict: an unknown key, a wrong type or a number out of its range is an error that
/// names `origin` and the line.
std::expected<Scenario, std::string> parse_scenario(std::string_view text, std::string_view name,
                                                    std::string_view origin);

/// The TOML that `parse_scenario` makes this scenario of; what is as it would be anyway is left out.
std::string scenario_text(const Scenario& scenario);

}  // namespace mnrt::sims
