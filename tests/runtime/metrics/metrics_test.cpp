#include <catch2/catch.hpp>

#include "runtime/metrics/log_notes.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/metrics/process_gauges.hpp"

#include <filesystem>
#include <fstream>

using namespace mnrt;
using runtime::Metrics;

namespace {
const policies::BlockTime morning{1'795'253'400'000};
}

TEST_CASE("a note is one line of text, its values quoted only where they must be") {
  policies::Note note{.level = policies::Note::Level::warning,
                      .code = "pool_full",
                      .fields = {{"height", "7"}, {"why", "two words"}, {"from", "a\"b\n"}, {"empty", ""}}};
  CHECK(
      runtime::log_line(policies::LogFormat::text, morning, "core", note) ==
      R"(2026-11-21T09:30:00.000Z warning core pool_full height=7 why="two words" from="a\"b\u000a" empty="")");
}

TEST_CASE("a note is one JSON object, and a client's bytes can't break out of it") {
  policies::Note note{.code = "request_refused", .fields = {{"path", "/\"},{\x1b[2J"}}};
  CHECK(runtime::log_line(policies::LogFormat::json, morning, "gateway", note) ==
        R"({"time":"2026-11-21T09:30:00.000Z","level":"info","role":"gateway","code":"request_refused",)"
        R"("path":"/\"},{\u001b[2J"})");
}

TEST_CASE("notes, requests, gauges and counters appear in the exposition under their names") {
  Metrics metrics;
  metrics.count("core", {.code = "block_final"});
  metrics.count("core", {.code = "block_final"});
  metrics.count_request("get_health", 200, std::chrono::microseconds(1500));
  metrics.set("block_height", 12);
  metrics.add("transactions_final", 3);
  const auto text = metrics.to_text();
  CHECK(text.find("mnrt_notes_total{code=\"block_final\",level=\"info\",role=\"core\"} 2") !=
        std::string::npos);
  CHECK(text.find("mnrt_http_requests_total{operation=\"get_health\",status=\"200\"} 1") !=
        std::string::npos);
  CHECK(text.find("mnrt_http_request_duration_seconds_bucket{operation=\"get_health\",le=\"0.0025\"} 1") !=
        std::string::npos);
  CHECK(text.find("mnrt_http_request_duration_seconds_bucket{operation=\"get_health\",le=\"0.001\"} 0") !=
        std::string::npos);
  CHECK(text.find("# TYPE mnrt_block_height gauge") != std::string::npos);
  CHECK(text.find("mnrt_block_height 12") != std::string::npos);
  CHECK(text.find("mnrt_transactions_final_total 3") != std::string::npos);
}

TEST_CASE("samples are sorted and hold what the text holds") {
  Metrics metrics;
  metrics.set("b", 2);
  metrics.set("a", 1);
  const auto all = metrics.samples();
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "mnrt_a");
  CHECK(all[1].value == 2);
}

TEST_CASE("gauges read this process against its budget") {
  const auto folder = std::filesystem::temp_directory_path() / ("mnrt-gauges-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "db");
  std::ofstream(folder / "db" / "rows") << std::string(5'000, 'x');
  Metrics metrics;
  runtime::ProcessGauges gauges(
      {.memory_bytes = std::uint64_t{1} << 40, .cpu_cores = 2, .disk_bytes = 50'000, .data_dir = folder},
      [] { return std::uint64_t{3}; }, &metrics);
  const auto reading = gauges.read();
  CHECK(reading.connections == 3);
  CHECK(reading.disk_ppb == 100'000'000);
  CHECK(gauges.disk_ppb() == 100'000'000);
  CHECK(reading.memory_bytes > 1'000'000);
  CHECK(reading.memory_ppb > 0);
  CHECK(metrics.to_text().find("mnrt_disk_bytes 5000") != std::string::npos);
  std::filesystem::remove_all(folder);
}

TEST_CASE("memory is read alone, without walking the disk, also where it is short") {
  Metrics metrics;
  // A budget of one byte: whatever this process takes is above the pressure.
  runtime::ProcessGauges gauges({.memory_bytes = 1, .cpu_cores = 1, .disk_bytes = 1, .data_dir = "/nowhere"},
                                {}, &metrics);
  CHECK(gauges.memory_ppb() >= policies::whole_ppb);
  CHECK(metrics.to_text().find("mnrt_resident_memory_bytes") != std::string::npos);
  CHECK(metrics.to_text().find("mnrt_disk_bytes") == std::string::npos);
}

TEST_CASE("a log below its level stays quiet but is counted") {
  Metrics metrics;
  runtime::LogNotes log({.level = policies::LogLevel::error}, &metrics);
  log.add("core", {.level = policies::Note::Level::debug, .code = "step"});
  CHECK(metrics.to_text().find("code=\"step\",level=\"debug\"") != std::string::npos);
}
