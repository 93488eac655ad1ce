#include <rocksdb/db.h>

#include <fstream>
#include <thread>

#include "tests/runtime/store/opened_store.hpp"

using namespace mnrt::runtime::testing;
using mnrt::runtime::open_store;

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const Folder& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder.path() / "db"))
    if (entry.path().extension() == extension) files.push_back(entry.path());
  return files;
}

void bend(const fs::path& file, std::streamoff at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(at);
  const auto byte = static_cast<char>(stream.get() ^ 0x40);
  stream.seekp(at);
  stream.put(byte);
}

// A place inside the tenth value that `fill` wrote.
std::streamoff middle_of_a_value(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(stream), {}};
  const auto place = all.find(std::string(400, '\x0a'));
  REQUIRE(place != std::string::npos);
  return static_cast<std::streamoff>(place + 100);
}

void fill(const Folder& folder, int count) {
  const auto store = open_in(folder);
  for (int i = 0; i < count; ++i)
    REQUIRE(append(*store, {{Table::blocks, bytes("key " + std::to_string(i)),
                             Bytes(500, static_cast<std::uint8_t>(i))}}));
}

StoreError error_of_open(const Folder& folder) {
  const auto store = open_store(folder.path() / "db", small_budget);
  REQUIRE_FALSE(store);
  CHECK(store.error().text.find((folder.path() / "db").string()) != std::string::npos);
  return store.error();
}

}  // namespace

TEST_CASE("what was written is there when the store is opened again", "[store]") {
  Folder folder;
  fill(folder, 20);
  const auto store = open_in(folder);
  for (int i = 0; i < 20; ++i) CHECK(get(*store->snapshot(), Table::blocks, "key " + std::to_string(i)));
}

TEST_CASE("the destructor writes all that waits and answers it", "[store]") {
  Folder folder;
  int dones = 0;
  {
    const auto store = open_in(folder);
    for (int i = 0; i < 500; ++i)
      store->append({{Table::log, bytes(std::to_string(i)), bytes("v")}},
                    [&](auto result) { dones += result ? 1 : 0; });
  }
  CHECK(dones == 500);
  const auto again = open_in(folder);
  CHECK(get(*again->snapshot(), Table::log, "499"));
}

TEST_CASE("a second instance on one folder is told so", "[store]") {
  Folder folder;
  const auto first = open_in(folder);
  const auto error = error_of_open(folder);
  CHECK(error.kind == StoreError::Kind::io);
  CHECK(error.text.find("another mnrt runs") != std::string::npos);
  REQUIRE(append(*first, {{Table::log, bytes("k"), bytes("still writes")}}));
}

TEST_CASE("a bent byte in the middle of the log is damage, not a shorter history", "[store]") {
  Folder folder;
  fill(folder, 20);
  const auto logs = files_of(folder, ".log");
  REQUIRE(logs.size() == 1);
  bend(logs[0], middle_of_a_value(logs[0]));
  const auto error = error_of_open(folder);
  CHECK(error.kind == StoreError::Kind::corrupted);
  CHECK(error.text.find("restore your backup") != std::string::npos);
}

TEST_CASE("a last record that a power cut tore is a write that never was", "[store]") {
  Folder folder;
  fill(folder, 20);
  const auto logs = files_of(folder, ".log");
  REQUIRE(logs.size() == 1);
  fs::resize_file(logs[0], fs::file_size(logs[0]) - 100);
  const auto store = open_in(folder);
  CHECK(get(*store->snapshot(), Table::blocks, "key 18"));
  CHECK_FALSE(get(*store->snapshot(), Table::blocks, "key 19"));
}

TEST_CASE("a log that is gone or empty is damage, although an older one is there", "[store]") {
  const bool is_removed = GENERATE(true, false);
  CAPTURE(is_removed);
  Folder folder;
  fill(folder, 20);
  const auto logs = files_of(folder, ".log");
  REQUIRE(logs.size() == 1);
  std::ofstream{folder.path() / "db" / "000001.log"};  // as a start that wrote nothing leaves it
  if (is_removed)
    fs::remove(logs[0]);
  else
    fs::resize_file(logs[0], 0);
  CHECK(error_of_open(folder).text.find("write-ahead log is missing") != std::string::npos);
}

TEST_CASE("a database that was opened and never written to can be opened again", "[store]") {
  Folder folder;
  for (int i = 0; i < 3; ++i) CHECK(open_in(folder));
}

TEST_CASE("a database with files missing is damage", "[store]") {
  const std::string gone = GENERATE("CURRENT", "MANIFEST", ".log", ".sst");
  CAPTURE(gone);
  Folder folder;
  fill(folder, 20);
  // Opening flushes the log to a table file and starts another log: after it, each kind is there and holds
  // rows.
  {
    const auto store = open_in(folder);
    REQUIRE(append(*store, {{Table::meta, bytes("k"), bytes("v")}}));
  }
  std::size_t removed = 0;
  for (const auto& entry : fs::directory_iterator(folder.path() / "db")) {
    const auto name = entry.path().filename().string();
    if (name.starts_with(gone) || entry.path().extension() == gone)
      removed += fs::remove(entry.path()) ? 1U : 0U;
  }
  REQUIRE(removed > 0);
  CHECK(error_of_open(folder).kind == StoreError::Kind::corrupted);
}

TEST_CASE("a bent byte in a table file is noticed when it is read", "[store]") {
  Folder folder;
  fill(folder, 20);
  {
    const auto flushes_the_log = open_in(folder);
  }
  const auto tables = files_of(folder, ".sst");
  REQUIRE_FALSE(tables.empty());
  for (const auto& table : tables) bend(table, 20);
  const auto store = open_store(folder.path() / "db", small_budget);
  if (!store) {
    CHECK(store.error().kind == StoreError::Kind::corrupted);
    return;
  }
  const auto value = (*store)->snapshot()->get(Table::blocks, bytes("key 0"));
  REQUIRE_FALSE(value);
  CHECK(value.error().kind == StoreError::Kind::corrupted);
}

TEST_CASE("a database with a table that this version doesn't know is refused", "[store]") {
  Folder folder;
  fill(folder, 1);
  {
    std::vector<std::string> names;
    const auto path = (folder.path() / "db").string();
    REQUIRE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const auto& name : names) descriptors.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    REQUIRE(rocksdb::DB::Open({}, path, descriptors, &handles, &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    rocksdb::ColumnFamilyHandle* added = nullptr;
    REQUIRE(db->CreateColumnFamily({}, "of_tomorrow", &added).ok());
    handles.push_back(added);
    for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  }
  const auto error = error_of_open(folder);
  CHECK(error.kind == StoreError::Kind::corrupted);
  CHECK(error.text.find("run the version that wrote it") != std::string::npos);
}

TEST_CASE("a folder that can't be made is an error that names it", "[store]") {
  Folder folder;
  std::ofstream(folder.path() / "db") << "a file stands here";
  CHECK(error_of_open(folder).kind == StoreError::Kind::io);
}
