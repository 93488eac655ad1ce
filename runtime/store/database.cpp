#include "runtime/store/database.hpp"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnrt::runtime {
namespace {

using messages::Table;

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;
constexpr int open_files_max = 512;
constexpr std::size_t checked_at_open_bytes_max = 256 * mib;  ///< a fraction of a second's reading
constexpr std::size_t height_bytes = 8;

std::size_t log_bytes_max(const StoreBudget& budget) {
  return std::max(budget.write_buffer_bytes, 16 * mib);
}

/// Below so much free space a write may fail at any moment: the log's bytes stand on the disk once more, as
/// tables, before the log goes, and a merge of tables needs as much again.
std::size_t room_needed(const StoreBudget& budget) {
  return 3 * log_bytes_max(budget);
}

rocksdb::Options database_options(const std::shared_ptr<rocksdb::Cache>& cache, const StoreBudget& budget) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  // The default recovery stops at damage and drops what was written after it, in silence: that would be votes
  // and blocks that others hold us to. Only a last record that a crash cut off is taken for unwritten. (One
  // bent length in the log's last 32 KiB looks the same: RocksDB can't tell, nor can we.)
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.max_bgerror_resume_count = 0;  // after a failure nothing later succeeds
  options.write_buffer_manager =
      std::make_shared<rocksdb::WriteBufferManager>(budget.write_buffer_bytes, cache);
  // Bounds what a start has to replay. A table that is seldom written would keep old logs alive.
  options.max_total_wal_size = log_bytes_max(budget);
  options.allow_concurrent_memtable_write = false;  // there is one writer
  options.max_background_jobs = 2;
  options.max_open_files = open_files_max;
  options.keep_log_file_num = 2;
  options.max_log_file_size = mib;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

// Hashes and signatures don't shrink, and bodies are little else; rows and what people wrote do.
bool is_compressible(Table table) {
  switch (table) {
    case Table::headers:
    case Table::state:
    case Table::local:
      return true;
    default:
      return false;
  }
}

rocksdb::ColumnFamilyOptions table_options(Table table, const std::shared_ptr<rocksdb::Cache>& cache,
                                           const StoreBudget& budget) {
  rocksdb::BlockBasedTableOptions blocks;
  blocks.block_cache = cache;
  blocks.cache_index_and_filter_blocks = true;  // else they grow outside the budget
  blocks.cache_index_and_filter_blocks_with_high_priority = true;
  blocks.pin_l0_filter_and_index_blocks_in_cache = true;
  blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  blocks.format_version = 5;

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  options.write_buffer_size = std::clamp(budget.write_buffer_bytes / 4, mib, 64 * mib);
  options.arena_block_size = 64 * kib;  // a table with one row shouldn't take a megabyte
  options.level_compaction_dynamic_level_bytes = true;
  options.compression = is_compressible(table) ? rocksdb::CompressionType::kLZ4Compression
                                               : rocksdb::CompressionType::kNoCompression;
  // Keys that are all over the place are merged seldom, and many at once: rewriting them level by level costs
  // more than their space.
  if (table == Table::transactions || table == Table::history || table == Table::tree)
    options.compaction_style = rocksdb::kCompactionStyleUniversal;
  // Every submitted transaction is looked for here, and is nearly always new: the filter says so.
  if (table == Table::transactions) {
    options.memtable_prefix_bloom_size_ratio = 0.05;
    options.memtable_whole_key_filtering = true;
  }
  // A block's nodes share its height at the front of their keys and come one after the other.
  if (table == Table::tree)
    options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(height_bytes));
  return options;
}

// The number of the log that the last start began, which only ever grows: a file of ours among RocksDB's.
constexpr std::string_view log_mark = "mnrt-log";

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} ? std::optional{number} : std::nullopt;
}

// A database that was ever open has a log file, with a row at least in it. Without it RocksDB would go on
// from its table files and older logs, without the rows that were synced last.
bool lacks_its_log(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "CURRENT", ignored)) return false;
  std::uint64_t newest{};
  std::uintmax_t bytes{};
  for (const auto& file : std::filesystem::directory_iterator(folder, ignored)) {
    if (file.path().extension() != ".log") continue;
    const auto number = number_in(file.path().stem().string()).value_or(0);
    if (number > newest) bytes = file.file_size(ignored);
    newest = std::max(newest, number);
  }
  std::string mark;
  const auto read = rocksdb::ReadFileToString(rocksdb::Env::Default(), (folder / log_mark).string(), &mark);
  const auto begun = read.ok() ? number_in(mark).value_or(0) : 0;
  return newest == 0 || newest < begun || (newest == begun && bytes == 0);
}

// The row first: the log that is named has it.
rocksdb::Status mark_log(rocksdb::DB& db, const std::filesystem::path& folder) {
  std::unique_ptr<rocksdb::LogFile> log;
  if (auto found = db.GetCurrentWalFile(&log); !found.ok()) return found;
  const auto number = std::to_string(log->LogNumber());
  rocksdb::WriteOptions synced;
  synced.sync = true;
  if (auto put = db.Put(synced, "log", number); !put.ok()) return put;
  auto* const files = rocksdb::Env::Default();
  const auto file = (folder / log_mark).string();
  if (auto written = rocksdb::WriteStringToFile(files, number, file + ".new", true); !written.ok())
    return written;
  return files->RenameFile(file + ".new", file);
}

// A start writes the log's rows into tables. RocksDB 7.8 with its assertions on, as Debian builds it, aborts
// the process where that finds no space.
bool has_room_to_start(const std::filesystem::path& folder) {
  std::error_code failed;
  std::uintmax_t bytes = 16 * mib;
  for (const auto& file : std::filesystem::directory_iterator(folder, failed))
    if (std::error_code gone; file.path().extension() == ".log")
      if (const auto size = file.file_size(gone); !gone) bytes += size;
  const auto space = std::filesystem::space(folder, failed);
  return failed || space.available >= bytes;
}

// RocksDB notices a damaged block when somebody reads it, which may be days after the start. So files are
// read at once, the small ones first, as far as that doesn't hold the start up.
rocksdb::Status check_files(rocksdb::DB& db) {
  // A compaction in the background may replace files while they are read.
  if (auto held = db.DisableFileDeletions(); !held.ok()) return held;
  struct Release {
    rocksdb::DB& db;
    ~Release() { db.EnableFileDeletions(true); }
  } release{db};
  std::vector<rocksdb::LiveFileMetaData> files;
  db.GetLiveFilesMetaData(&files);
  std::ranges::sort(files, {}, &rocksdb::LiveFileMetaData::size);
  std::size_t read_bytes = 0;
  for (const auto& file : files) {
    read_bytes += file.size;
    if (read_bytes > checked_at_open_bytes_max) break;
    rocksdb::SstFileReader reader{rocksdb::Options{}};
    auto status = reader.Open(file.db_path + file.name);
    if (status.ok()) status = reader.VerifyChecksum();
    if (!status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

actors::StoreError error_in(const std::filesystem::path& folder, std::size_t room_bytes,
                            const rocksdb::Status& status) {
  using Kind = actors::StoreError::Kind;
  const auto where = folder.string();
  const auto what = status.ToString();
  if (status.IsNoSpace()) {
    std::error_code unknown;
    const auto space = std::filesystem::space(folder, unknown);
    return {.kind = Kind::full,
            .text = fmt::format(
                "the disk is full: the database in {} has {} MB left and needs at least {} MB to go on; free "
                "space or enlarge the disk, then start again; nothing acknowledged is lost",
                where, unknown ? 0 : space.available / mib, room_bytes / mib)};
  }
  if (status.IsIOError() && what.find("LOCK") != std::string::npos)
    return {.kind = Kind::io,
            .text = fmt::format(
                "the database in {} is in use: another mnrt runs on this data directory; stop it first, "
                "or give this one a --data-dir of its own",
                where)};
  if (status.IsInvalidArgument())
    return {.kind = Kind::corrupted,
            .text = fmt::format(
                "the database in {} isn't one that this version can read ({}): run the version that "
                "wrote it, or a newer one",
                where, what)};
  if (status.IsCorruption() || status.IsNotFound() || status.IsPathNotFound())
    return {.kind = Kind::corrupted,
            .text = fmt::format(
                "the database in {} is damaged ({}): keep a copy of the folder, check the disk, and "
                "restore your backup of the data directory",
                where, what)};
  return {.kind = Kind::io,
          .text = fmt::format(
              "the database in {} can't be read or written ({}): check the disk, the owner and the "
              "rights of the folder, then start again",
              where, what)};
}

}  // namespace

std::expected<std::shared_ptr<Database>, actors::StoreError> Database::open(
    const std::filesystem::path& folder, const StoreBudget& budget) {
  const auto room = room_needed(budget);
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return std::unexpected(error_in(folder, room, rocksdb::Status::IOError(failed.message())));

  if (!has_room_to_start(folder)) return std::unexpected(error_in(folder, room, rocksdb::Status::NoSpace()));
  if (lacks_its_log(folder))
    return std::unexpected(
        error_in(folder, room, rocksdb::Status::Corruption("the write-ahead log is missing")));

  const auto cache = rocksdb::NewLRUCache(budget.block_cache_bytes + budget.write_buffer_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors{
      {rocksdb::kDefaultColumnFamilyName, table_options(Table::meta, cache, budget)}};
  for (std::size_t i = 0; i < static_cast<std::size_t>(Table::count_); ++i) {
    const auto table = static_cast<Table>(i);
    descriptors.emplace_back(std::string(messages::name_of(table)), table_options(table, cache, budget));
  }

  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const auto status =
      rocksdb::DB::Open(database_options(cache, budget), folder.string(), descriptors, &handles, &opened);
  if (!status.ok()) return std::unexpected(error_in(folder, room, status));

  std::shared_ptr<Database> database(new Database(folder, room));
  database->db_.reset(opened);
  database->default_family_ = handles.front();
  std::copy(handles.begin() + 1, handles.end(), database->families_.begin());
  if (const auto checked = check_files(*opened); !checked.ok())
    return std::unexpected(error_in(folder, room, checked));
  if (const auto marked = mark_log(*opened, folder); !marked.ok())
    return std::unexpected(error_in(folder, room, marked));
  return database;
}

Database::~Database() {
  if (!db_) return;
  for (auto* family : families_) db_->DestroyColumnFamilyHandle(family);
  db_->DestroyColumnFamilyHandle(default_family_);
}

actors::StoreError Database::error(const rocksdb::Status& status) const {
  return error_in(folder_, room_bytes_, status);
}

}  // namespace mnrt::runtime
