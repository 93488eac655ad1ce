#include "runtime/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <mutex>

namespace mnrt::runtime {
namespace {

constexpr std::string_view prefix = "mnrt_";

/// What people read above each metric. A name that isn't here says nothing beyond itself.
std::string help_of(std::string_view name) {
  static const std::map<std::string_view, std::string_view> help{
      {"resident_memory_bytes", "Resident memory of the node's process."},
      {"memory_budget_ratio", "Resident memory as a share of total_ram_mb."},
      {"cpu_ratio", "CPU time of the node's process as a share of its cores, since the reading before."},
      {"disk_bytes", "Size of the data directory."},
      {"disk_budget_ratio", "Size of the data directory as a share of storage_gb."},
      {"client_connections", "Open connections of API clients."},
      {"block_height", "Height of the last final block."},
      {"consensus_round", "Round of the height that is open."},
      {"owner_epoch", "Epoch of the owner's lease."},
      {"validators", "Seats of the validator set."},
      {"last_block_age_seconds", "Time since the last final block."},
      {"pool_transactions", "Transactions that wait for a block."},
      {"pool_bytes", "Bytes of the transactions that wait for a block."},
      {"healthy", "1 where the node is healthy, else 0."},
      {"transactions_final", "Transactions in final blocks since the process began."},
      {"stream_subscribers", "Clients of the event streams."},
      {"disk_short", "1 while notarisations are refused for the disk budget, else 0."},
      {"memory_short", "1 while what would make the node hold more is refused, else 0."},
  };
  auto found = help.find(name);
  return found == help.end() ? std::string{} : std::string{found->second};
}

std::string_view name_of(policies::Note::Level level) {
  switch (level) {
    case policies::Note::Level::debug:
      return "debug";
    case policies::Note::Level::info:
      return "info";
    case policies::Note::Level::warning:
      return "warning";
    case policies::Note::Level::error:
      return "error";
  }
  return "error";
}

std::string labels_of(const std::vector<prometheus::ClientMetric::Label>& labels) {
  std::string text;
  for (const auto& label : labels) {
    if (!text.empty()) text += ',';
    text += label.name + "=\"" + label.value + '"';
  }
  return text;
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& notes;
  prometheus::Family<prometheus::Counter>& requests;
  prometheus::Family<prometheus::Histogram>& durations;
  std::mutex mutex;  // guards the two maps; the library guards the rest
  std::map<std::string, prometheus::Gauge*, std::less<>> gauges;
  std::map<std::string, prometheus::Counter*, std::less<>> counters;

  Impl()
      : notes(prometheus::BuildCounter()
                  .Name("mnrt_notes_total")
                  .Help("Structured events, by role, code and level.")
                  .Register(registry)),
        requests(prometheus::BuildCounter()
                     .Name("mnrt_http_requests_total")
                     .Help("HTTP requests answered, by operation and status.")
                     .Register(registry)),
        durations(prometheus::BuildHistogram()
                      .Name("mnrt_http_request_duration_seconds")
                      .Help("Time from a request's last byte to its answer, by operation.")
                      .Register(registry)) {}
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::count(std::string_view role, const policies::Note& note) {
  impl_->notes
      .Add({{"role", std::string{role}},
            {"code", std::string{note.code}},
            {"level", std::string{name_of(note.level)}}})
      .Increment();
}

void Metrics::count_request(std::string_view operation, unsigned status, std::chrono::microseconds took) {
  static const prometheus::Histogram::BucketBoundaries seconds{
      0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30};
  impl_->requests.Add({{"operation", std::string{operation}}, {"status", std::to_string(status)}})
      .Increment();
  impl_->durations.Add({{"operation", std::string{operation}}}, seconds)
      .Observe(static_cast<double>(took.count()) / 1e6);
}

void Metrics::set(std::string_view name, double value) {
  std::lock_guard lock(impl_->mutex);
  auto found = impl_->gauges.find(name);
  if (found == impl_->gauges.end()) {
    auto& family = prometheus::BuildGauge()
                       .Name(std::string{prefix}.append(name))
                       .Help(help_of(name))
                       .Register(impl_->registry);
    found = impl_->gauges.emplace(name, &family.Add({})).first;
  }
  found->second->Set(value);
}

void Metrics::add(std::string_view name, double value) {
  std::lock_guard lock(impl_->mutex);
  auto found = impl_->counters.find(name);
  if (found == impl_->counters.end()) {
    auto& family = prometheus::BuildCounter()
                       .Name(std::string{prefix}.append(name).append("_total"))
                       .Help(help_of(name))
                       .Register(impl_->registry);
    found = impl_->counters.emplace(name, &family.Add({})).first;
  }
  found->second->Increment(value);
}

std::string Metrics::to_text() const {
  return prometheus::TextSerializer{}.Serialize(impl_->registry.Collect());
}

std::vector<Metrics::Sample> Metrics::samples() const {
  std::vector<Sample> all;
  for (const auto& family : impl_->registry.Collect())
    for (const auto& metric : family.metric) {
      auto labels = labels_of(metric.label);
      switch (family.type) {
        case prometheus::MetricType::Counter:
          all.push_back({family.name, labels, metric.counter.value});
          break;
        case prometheus::MetricType::Gauge:
          all.push_back({family.name, labels, metric.gauge.value});
          break;
        case prometheus::MetricType::Histogram:
          all.push_back({family.name + "_count", labels, static_cast<double>(metric.histogram.sample_count)});
          all.push_back({family.name + "_sum", labels, metric.histogram.sample_sum});
          break;
        default:
          break;
      }
    }
  std::ranges::sort(all, {}, [](const Sample& s) { return std::pair{s.name, s.labels}; });
  return all;
}

}  // namespace mnrt::runtime
