#include "actors/scaler.hpp"

#include <caf/all.hpp>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "actors/mail/common.hpp"
#include "tests/actors/asking.hpp"

using namespace mnrt;
using namespace mnrt::actors;
using namespace mnrt::tests;

namespace {

class SetGauges final : public Gauges {
 public:
  GaugeReading read() const override { return reading; }
  GaugeReading reading;
};

/// Each note as `code of percent`, warnings with an exclamation mark.
class KeptNotes final : public Notes {
 public:
  void add(std::string_view, const policies::Note& note) override {
    auto line = std::string{note.level == policies::Note::Level::warning ? "!" : ""} + std::string{note.code};
    for (const auto& [name, value] : note.fields) line += " " + value;
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

}  // namespace

TEST_CASE(
    "each alert threshold is noted when it is reached and when it is over, also by a node that doesn't scale",
    "[scaler]") {
  Bench bench;
  SetGauges gauges;
  KeptNotes notes;
  policies::ScalingConfig scaling;
  scaling.enabled = false;
  const auto scaler = spawn_scaler(
      bench.system, {.scaling = scaling,
                     .alerts = {.cpu = {500'000'000}, .memory = {600'000'000}, .disk = {700'000'000}},
                     .gauges = &gauges,
                     .notes = &notes,
                     .validator = {}});
  const auto noted = [&](GaugeReading reading) {
    gauges.reading = reading;
    notes.lines.clear();
    caf::anon_send(scaler, Tick{});
    bench.scheduler.drain();
    return notes.lines;
  };
  using Lines = std::vector<std::string>;
  CHECK(noted({.cpu_ppb = 499'999'999, .memory_ppb = 599'999'999, .disk_ppb = 699'999'999}).empty());
  CHECK(noted({.cpu_ppb = 500'000'000}) == Lines{"!alert cpu 50"});
  CHECK(noted({.cpu_ppb = 900'000'000}).empty());
  CHECK(noted({.memory_ppb = 600'000'000, .disk_ppb = 700'000'000}) ==
        Lines{"alert_over cpu 0", "!alert memory 60", "!alert disk 70"});
  CHECK(noted({}) == Lines{"alert_over memory 0", "alert_over disk 0"});
  caf::anon_send_exit(scaler, caf::exit_reason::user_shutdown);
  bench.scheduler.drain();
}
