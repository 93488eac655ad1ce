#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/cli/output.hpp"
#include "runtime/node/node_process.hpp"

// What the commands have in common that run a node.
namespace mnrt::runtime {

Failure failure_of(const NodeError& error);

/// Leaves in the data directory what commands on this machine look for: the chain id (trust_root.hpp) and
/// `api-url`. Answers a warning for each file that couldn't be written.
std::vector<std::string> leave_word(const std::filesystem::path& data_dir, const NodeFacts& facts);

/// Where the node of this data directory answered when it last started, seen from its own machine. Nothing
/// where none ever ran.
std::optional<std::string> stored_api_url(const std::filesystem::path& data_dir);

/// The address that reaches a listener from its own machine: loopback for 0.0.0.0 and ::, else itself.
std::string local_url(const std::string& api);

/// The file that marks a data directory of `mnrt dev`, whose keys anyone can derive.
inline constexpr std::string_view dev_mark = "DEV-KEYS";

/// Waits until the node is told to stop, then stops it.
ExitCode serve(NodeProcess& node, const Output& output);

}  // namespace mnrt::runtime
