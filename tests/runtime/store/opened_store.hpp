#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "actors/memory_store.hpp"
#include "runtime/store/store.hpp"

namespace mnrt::runtime::testing {

using actors::StoreError;
using messages::Batch;
using messages::Table;
using policies::Bytes;

inline constexpr StoreBudget small_budget{.block_cache_bytes = 4 << 20, .write_buffer_bytes = 4 << 20};

inline Bytes bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

/// A folder that goes when the test ends.
class Folder {
 public:
  Folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "mnrt-store-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline std::unique_ptr<actors::Store> open_in(const Folder& folder) {
  auto store = open_store(folder.path() / "db", small_budget);
  if (!store) FAIL(store.error().text);
  return *std::move(store);
}

/// Appends and waits for the answer.
inline std::expected<void, StoreError> append(actors::Store& store, Batch rows) {
  std::promise<std::expected<void, StoreError>> answer;
  store.append(std::move(rows),
               [&](std::expected<void, StoreError> result) { answer.set_value(std::move(result)); });
  return answer.get_future().get();
}

inline std::optional<Bytes> get(const actors::Snapshot& snapshot, Table table, std::string_view key) {
  const auto value = snapshot.get(table, bytes(key));
  REQUIRE(value);
  return *value;
}

}  // namespace mnrt::runtime::testing
