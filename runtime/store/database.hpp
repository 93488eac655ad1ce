#pragma once

#include <rocksdb/db.h>

#include <array>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "actors/ports.hpp"
#include "messages/row.hpp"
#include "runtime/store/store.hpp"

// RocksDB itself: options, column families and errors. Only the sources of this folder include it.
namespace mnrt::runtime {

/// An open database with a column family a table.
class Database {
 public:
  static std::expected<std::shared_ptr<Database>, actors::StoreError> open(
      const std::filesystem::path& folder, const StoreBudget& budget);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(messages::Table table) const {
    return families_[static_cast<std::size_t>(table)];
  }
  /// A failure in our words, with the folder and what to do next.
  actors::StoreError error(const rocksdb::Status& status) const;

 private:
  Database(std::filesystem::path folder, std::size_t room_bytes)
      : folder_(std::move(folder)), room_bytes_(room_bytes) {}

  std::filesystem::path folder_;
  std::size_t room_bytes_;  ///< free space that it needs to go on
  std::unique_ptr<rocksdb::DB> db_;
  rocksdb::ColumnFamilyHandle* default_family_{};  ///< RocksDB insists on one: it holds the log's mark
  std::array<rocksdb::ColumnFamilyHandle*, static_cast<std::size_t>(messages::Table::count_)> families_{};
};

}  // namespace mnrt::runtime
