#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "runtime/cli/bench/batches.hpp"
#include "runtime/cli/bench/measure.hpp"
#include "runtime/cli/bench/profile.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/cli/wallets.hpp"
#include "runtime/config/key.hpp"

// mnrt bench
namespace mnrt::runtime {
namespace {

struct BenchOptions {
  std::uint64_t seconds{60};
  std::uint64_t warm_up_s{10};
  std::uint64_t accounts{1'000};
  std::uint64_t active{1'000};
  std::uint64_t in_flight{8};
  std::string route{"batch"};
};

/// How the measured profile differs from the owner's, which is what the keys' defaults are.
Json differences(const LoadedConfig& loaded) {
  const policies::Config defaults;
  auto differing = Json::object();
  for (const auto& key : all_keys())
    if (key.path() != "server.data_dir" && key.get(loaded.config) != key.get(defaults))
      differing[key.path()] = {{"here", to_toml(key, key.get(loaded.config))},
                               {"owner_profile", to_toml(key, key.get(defaults))}};
  return differing;
}

struct Figures {
  Measured measured;
  double verify_idle_us{};
  std::size_t transaction_bytes{};
  std::size_t resident{};
  std::size_t peak{};
};

Json to_json(const BenchOptions& options, const Figures& figures, const Json& config) {
  const auto& measured = figures.measured;
  return {{"route", options.route},
          {"seconds", measured.time.count()},
          {"accounts", options.accounts},
          {"active_accounts", std::min(options.active, options.accounts)},
          {"in_flight", options.in_flight},
          {"transaction_bytes", figures.transaction_bytes},
          {"committed", measured.committed},
          {"retries", measured.retries},
          {"committed_tx_per_s", measured.per_second()},
          {"cpu_us_per_tx", measured.cpu_us_per_transaction()},
          {"verify_us", measured.verify_us},
          {"verify_idle_us", figures.verify_idle_us},
          {"verifications_per_tx", measured.cpu_us_per_transaction() / measured.verify_us},
          {"latency_ms", {{"p50", measured.latency_ms(0.5)}, {"p99", measured.latency_ms(0.99)}}},
          {"resident_mb", figures.resident >> 20},
          {"resident_peak_mb", figures.peak >> 20},
          {"config", config}};
}

std::string to_text(const BenchOptions& options, const Figures& figures, const Json& config) {
  const auto& measured = figures.measured;
  auto text = fmt::format(
      "{:.0f} transactions/s final ({} in {:.1f} s, {} of {} accounts, {} route)\n"
      "{:.1f} us of processor time each = {:.2f} signature verifications of {:.1f} us ({:.1f} us before the "
      "load)\n"
      "latency {:.1f} ms p50, {:.1f} ms p99, from a request's first byte to its last final status ({} "
      "requests at "
      "once)\n"
      "memory {} MB, {} MB at most",
      measured.per_second(), measured.committed, measured.time.count(),
      std::min(options.active, options.accounts), options.accounts, options.route,
      measured.cpu_us_per_transaction(), measured.cpu_us_per_transaction() / measured.verify_us,
      measured.verify_us, figures.verify_idle_us, measured.latency_ms(0.5), measured.latency_ms(0.99),
      options.in_flight, figures.resident >> 20, figures.peak >> 20);
  if (figures.transaction_bytes > 0)
    text += fmt::format("\na transaction has {} bytes", figures.transaction_bytes);
  for (const auto& [key, value] : config.items())
    text += fmt::format("\nconfig {} = {} (owner profile: {})", key, text_of(value, "here"),
                        text_of(value, "owner_profile"));
  return text;
}

std::expected<Figures, Failure> measure_all(const Context& context, const BenchOptions& options) {
  const auto output = context.output();
  Figures figures;
  Yardstick yardstick;
  const auto before = yardstick.verify_us(5'000);
  auto node = BenchNode::start(context.config_file, context.settings);
  if (!node) return std::unexpected(node.error());
  Context of_node;
  of_node.json = context.json;
  of_node.data_dir = node->data_dir().string();
  of_node.api = node->url();
  auto client = NodeClient::from(of_node);
  if (!client) return std::unexpected(client.error());
  auto terms = load_terms(*client);
  if (!terms) return std::unexpected(terms.error());
  auto vault = open_vault(of_node, false);
  if (!vault) return std::unexpected(vault.error());
  auto owner = vault->open_key(wallet_label("owner"));
  if (!owner) return std::unexpected(failure_of(owner.error()));

  const LoadAccounts accounts(options.accounts);
  if (auto funded = fund(node->client(), *owner, accounts, *terms, output); !funded)
    return std::unexpected(funded.error());
  const MeasureOptions times{.warm_up = std::chrono::seconds{options.warm_up_s},
                             .measured = std::chrono::seconds{options.seconds},
                             .in_flight = options.in_flight};
  output.progress(fmt::format("{} s of warm-up, then {} s are measured", options.warm_up_s, options.seconds));
  auto measured = [&]() -> std::expected<Measured, Failure> {
    if (options.route == "json") return measure_json(*node, accounts, times);
    SignedAhead load(accounts, std::min(options.active, options.accounts), *terms, 4 * options.in_flight);
    load.fill();
    auto result = measure_batches(*node, load, times);
    figures.transaction_bytes = load.transaction_bytes();
    return result;
  }();
  if (!measured) return std::unexpected(measured.error());
  figures.measured = std::move(*measured);
  figures.resident = node->resident_bytes();
  figures.peak = node->peak_resident_bytes();
  figures.verify_idle_us = (before + yardstick.verify_us(5'000)) / 2;
  return figures;
}

/// A config file that is gone when this is.
class ProfileFile {
 public:
  ProfileFile()
      : path_(
            fmt::format("{}/mnrt-bench-{}.toml", std::filesystem::temp_directory_path().string(), getpid())) {
    std::ofstream(path_) << bench_profile();
  }
  ProfileFile(const ProfileFile&) = delete;
  ProfileFile& operator=(const ProfileFile&) = delete;
  ~ProfileFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

ExitCode bench(Context context, const BenchOptions& options) {
  const auto output = context.output();
  std::optional<ProfileFile> own;
  if (context.config_file.empty()) context.config_file = own.emplace().path();
  auto loaded = load_for_command(context);
  if (!loaded) return output.failed(loaded.error());
  auto figures = measure_all(context, options);
  if (!figures) return output.failed(figures.error());
  const auto config = differences(*loaded);
  return output.data(to_json(options, *figures, config), to_text(options, *figures, config));
}

}  // namespace

void add_bench(CLI::App& app, Context& context) {
  auto options = std::make_shared<BenchOptions>();
  auto* command = app.add_subcommand(
      "bench", "Measures a node of its own on loopback: transactions a second, processor time, latency");
  command->add_option("config", context.config_file, "The profile to measure (default: configs/bench.toml)")
      ->check(CLI::ExistingFile);
  command->add_option("--set", context.settings, "Another value for one key, before the file")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false);  // else it takes the config behind it for another value
  command->add_option("--seconds", options->seconds, "Measured time")
      ->check(CLI::Range(1, 3'600))
      ->capture_default_str();
  command->add_option("--warm-up", options->warm_up_s, "Seconds of load before")
      ->check(CLI::Range(0, 3'600))
      ->capture_default_str();
  command->add_option("--accounts", options->accounts, "Accounts on the chain")
      ->check(CLI::Range(2, 1'000'000))
      ->capture_default_str();
  command
      ->add_option("--active", options->active,
                   "How many of them send and receive; the others are only there")
      ->check(CLI::Range(2, 1'000'000))
      ->capture_default_str();
  command->add_option("--in-flight", options->in_flight, "Requests at once")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command
      ->add_option(
          "--route", options->route,
          "batch: 1,000 signed frames a request; json: one, prepared, sent and awaited by clients of four "
          "keys each")
      ->check(CLI::IsMember({"batch", "json"}))
      ->capture_default_str();
  add_json_option(*command, context);
  add_example(*command,
              "  mnrt bench --seconds 60\n"
              "  mnrt bench configs/owner-4gb.toml --route json --in-flight 16");
  command->callback(
      [&context, options] { context.action = [&context, options] { return bench(context, *options); }; });
}

}  // namespace mnrt::runtime
