#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "runtime/keys/error.hpp"

// Files that only their owner may read.
namespace mnrt::runtime {

/// Makes the folder with mode 0700, or checks that it is ours and that nobody else may enter.
std::expected<void, KeyError> prepare_private_folder(const std::filesystem::path& folder);

/// Checks an existing folder; `missing` when there is none.
std::expected<void, KeyError> check_private_folder(const std::filesystem::path& folder);

/// The content of a regular file of at most `bytes_max` bytes that is ours and that nobody else may read.
/// Symbolic links are refused: they could point out of the folder that was checked.
std::expected<std::string, KeyError> read_private_file(const std::filesystem::path& file,
                                                       std::size_t bytes_max);

/// Writes a new file with mode 0600, whole and synced or not at all; an existing one stays as it is
/// (`already_there`).
std::expected<void, KeyError> write_private_file(const std::filesystem::path& file, std::string_view content);

}  // namespace mnrt::runtime
