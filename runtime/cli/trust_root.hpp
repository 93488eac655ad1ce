#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "policies/digest.hpp"

// What receipts are checked against: the chain that this machine knows, or that the user names.
namespace mnrt::runtime {

/// The chain id that the node of this data directory runs: the file `chain-id`, one line of 64 hexadecimal
/// characters, so that receipts can be checked while the node has the database open, and without it. Nothing
/// where there is none.
std::expected<std::optional<policies::Digest>, std::string> stored_chain_id(
    const std::filesystem::path& data);

/// Writes that file, once the node knows its chain.
std::expected<void, std::string> store_chain_id(const std::filesystem::path& data,
                                                const policies::Digest& id);

/// A digest as users write it: 64 hexadecimal characters, with `blake3:` before them or without.
std::optional<policies::Digest> digest_as_typed(std::string_view text);

}  // namespace mnrt::runtime
