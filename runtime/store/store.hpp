#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <memory>

#include "actors/ports.hpp"

namespace mnrt::runtime {

/// Memory that the store may take. Write buffers are charged to the block cache's account, so the sum is the
/// ceiling.
struct StoreBudget {
  std::size_t block_cache_bytes{};
  std::size_t write_buffer_bytes{};
};

/// Opens the RocksDB database in a folder, and makes it where the folder is empty or missing. One writer
/// thread takes what waits as one synced write; `done`s come from that thread and must not throw. Up to
/// journal_queue_max appends wait; one more blocks its caller until there is room. The destructor writes all
/// that waits. A snapshot keeps the database open: let go of them first.
///
/// Errors: `corrupted` for damage, missing files, or a database of a newer version; `io` for a folder that
/// can't be used or that another process has open; `full` for no space. The text says what to do.
std::expected<std::unique_ptr<actors::Store>, actors::StoreError> open_store(
    const std::filesystem::path& folder, const StoreBudget& budget);

}  // namespace mnrt::runtime
