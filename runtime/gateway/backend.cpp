#include "runtime/gateway/backend.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "policies/check.hpp"
#include "runtime/metrics/metrics.hpp"

namespace mnrt::runtime {

using actors::api::Reply;
using actors::api::Unavailable;

namespace {

/// Short against the time in which clients could send a tenth of the budget.
constexpr std::chrono::milliseconds memory_interval{250};

/// The gauge itself walks the data directory more seldom.
constexpr std::chrono::milliseconds disk_interval{1'000};

/// A role that crashed is back within some tens of milliseconds. For this long nobody has to know.
constexpr std::chrono::milliseconds repeat_within{900};
constexpr std::chrono::milliseconds repeat_pause{5};

/// Whether asking again does no harm: it reads, or says the same thing again (the same signed bytes are one
/// transaction).
bool is_repeatable(const actors::api::Request& request) {
  using namespace actors::api;
  return !std::holds_alternative<NotariseDigests>(request) &&
         !std::holds_alternative<ServiceOrder>(request) && !std::holds_alternative<CrashRole>(request);
}

}  // namespace

/// Calls that wait for their reply. Shared with the replies, which may come after the server has gone.
struct Backend::Flight {
  std::size_t open{};
};

/// One call. Whoever comes first of reply and deadline answers; the other finds `done` gone.
struct Backend::Pending {
  std::optional<actors::api::Request> again;  ///< where it may be asked again
  std::chrono::steady_clock::time_point repeat_until;
  std::function<void(Reply)> done;
  std::unique_ptr<Timer> deadline;
  std::unique_ptr<Timer> pause;
  std::shared_ptr<Flight> flight;

  void finish(Reply reply) {
    if (!done) return;
    auto answer = std::exchange(done, nullptr);
    deadline.reset();
    pause.reset();
    --flight->open;
    answer(std::move(reply));
  }
};

Backend::Backend(const ServerSettings& settings, const ServerWorld& world, std::shared_ptr<Loop> loop,
                 EventHub& events)
    : requests(settings.rate_limit ? settings.requests_per_minute : 0),
      batch_transactions(settings.rate_limit ? settings.batch_transactions_per_minute : 0),
      notarisations(settings.notarisations_per_minute),
      settings_(settings),
      world_(world),
      loop_(std::move(loop)),
      events_(events),
      flight_(std::make_shared<Flight>()) {}

Backend::~Backend() = default;

actors::LedgerView Backend::view() const {
  return actors::LedgerView{world_.store->snapshot()};
}

bool Backend::set_log_level(policies::LogLevel level) const {
  return world_.set_log_level && world_.set_log_level(level);
}

void Backend::watch_memory() {
  if (!world_.memory_ppb) return;
  const auto taken = world_.memory_ppb();
  const bool is_short = taken >= settings_.memory_pressure.ppb;
  if (is_short != std::exchange(memory_is_short_, is_short))
    note({.level = is_short ? policies::Note::Level::warning : policies::Note::Level::info,
          .code = is_short ? "memory_short" : "memory_enough",
          .fields = {{"percent_of_budget", std::to_string(taken / (policies::whole_ppb / 100))}}});
  memory_reading_ = loop_->after(memory_interval, [this] { watch_memory(); });
}

void Backend::watch_disk() {
  if (!world_.disk_ppb) return;
  const auto taken = world_.disk_ppb();
  const bool is_short = taken >= settings_.disk_pressure.ppb;
  if (is_short != std::exchange(disk_is_short_, is_short))
    note({.level = is_short ? policies::Note::Level::warning : policies::Note::Level::info,
          .code = is_short ? "disk_budget" : "disk_enough",
          .fields = {{"percent_of_budget", std::to_string(taken / (policies::whole_ppb / 100))}}});
  disk_reading_ = loop_->after(disk_interval, [this] { watch_disk(); });
}

void Backend::connect(std::function<void(actors::api::Call)> to_actors) {
  to_actors_ = std::move(to_actors);
}
void Backend::disconnect() {
  to_actors_ = nullptr;
}
std::size_t Backend::calls_in_flight() const {
  return flight_->open;
}

void Backend::call(actors::api::Request request, std::chrono::milliseconds wait,
                   std::function<void(Reply)> done) {
  const auto refuse = [&](Unavailable why) {
    loop_->post([done = std::move(done), why = std::move(why)] { done(Reply{why}); });
  };
  if (!to_actors_) return refuse({Unavailable::Why::role_down, {}, std::chrono::milliseconds(1000)});
  if (flight_->open >= settings_.calls_max)
    return refuse({Unavailable::Why::busy, "Too many calls are in flight.", std::chrono::milliseconds(1000)});

  auto pending = std::make_shared<Pending>();
  if (is_repeatable(request)) pending->again = request;
  pending->repeat_until = loop_->now() + repeat_within;
  pending->done = std::move(done);
  pending->flight = flight_;
  ++flight_->open;
  pending->deadline = loop_->after(wait + settings_.call_deadline, [pending] {
    pending->finish(Unavailable{Unavailable::Why::timed_out, {}, std::chrono::milliseconds(1000)});
  });
  ask(pending, std::move(request));
}

void Backend::ask(const std::shared_ptr<Pending>& pending, actors::api::Request request) {
  to_actors_({std::move(request), [this, pending, loop = loop_](Reply reply) {
                loop->post([this, pending, reply = std::move(reply)]() mutable {
                  const auto* unavailable = std::get_if<Unavailable>(&reply);
                  const bool again = unavailable != nullptr &&
                                     unavailable->why == Unavailable::Why::role_down && pending->done &&
                                     pending->again && loop_->now() < pending->repeat_until;
                  if (!again) return pending->finish(std::move(reply));
                  pending->pause = loop_->after(repeat_pause, [this, pending, reply = std::move(reply)] {
                    if (to_actors_) return ask(pending, *pending->again);
                    pending->finish(reply);
                  });
                });
              }});
}

bool Backend::is_token(std::string_view text) const {
  return !token_.empty() && text.size() == token_.size() &&
         CRYPTO_memcmp(text.data(), token_.data(), token_.size()) == 0;
}

std::optional<std::string> Backend::rotate_token() {
  auto fresh = make_token();
  if (!write_token(settings_.data_dir / "api-token", fresh)) return std::nullopt;
  token_ = fresh;
  return fresh;
}

std::string make_token() {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::array<unsigned char, 43> bytes{};
  MNRT_CHECK(RAND_bytes(bytes.data(), bytes.size()) == 1);
  std::string token;
  for (auto byte : bytes) token += alphabet[byte & 63];
  return token;
}

std::expected<void, std::string> write_token(const std::filesystem::path& file, const std::string& token) {
  // Written beside and renamed: a crash leaves the old token or the new one, never half of one.
  const auto beside = std::filesystem::path{file}.concat(".new");
  const auto failed = [&] {
    return std::unexpected("The API token " + file.string() + " can't be written: " + std::strerror(errno) +
                           ". Check the owner and mode of its folder.");
  };
  ::unlink(beside.c_str());
  const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed();
  const auto line = token + "\n";
  const bool whole = ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                     ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!whole || ::rename(beside.c_str(), file.c_str()) != 0) return failed();
  return {};
}

std::expected<std::string, std::string> load_token(const std::filesystem::path& file) {
  struct stat facts{};
  if (::stat(file.c_str(), &facts) != 0) {
    auto fresh = make_token();
    if (auto written = write_token(file, fresh); !written) return std::unexpected(written.error());
    return fresh;
  }
  if ((facts.st_mode & 077) != 0)
    return std::unexpected("The API token " + file.string() + " can be read by others: chmod 600 it.");
  std::ifstream stream(file);
  std::string token;
  if (!std::getline(stream, token) || token.size() < 32 || token.size() > 256)
    return std::unexpected(
        "The API token " + file.string() +
        " can't be read or is shorter than 32 characters. Remove the file and start again to get "
        "a new token.");
  return token;
}

}  // namespace mnrt::runtime
