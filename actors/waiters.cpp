#include "actors/waiters.hpp"

#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>

namespace mnrt::actors {

std::size_t Waiters::IdHash::operator()(const policies::Digest& id) const noexcept {
  constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15;  // 2^64 over the golden ratio
  // Where the loader placed this differs from process to process.
  static constexpr char somewhere{};
  std::uint64_t word{};
  std::memcpy(&word, id.bytes.data(), sizeof word);
  word = (word ^ reinterpret_cast<std::uintptr_t>(&somewhere)) * odd;
  return static_cast<std::size_t>(word ^ word >> 32);
}

void Waiters::add(std::vector<api::StatusReport> reports, policies::Instant deadline, Done done) {
  auto client = std::make_shared<Client>(Client{std::move(reports), 0, deadline, std::move(done)});
  for (std::size_t i = 0; i < client->reports.size(); ++i) {
    if (client->reports[i].status != api::TransactionStatus::pending) continue;
    waiting_.emplace(client->reports[i].id, Place{client, i});
    ++client->pending;
  }
  if (client->pending == 0) return client->done(std::move(client->reports));
  deadlines_.emplace(deadline, client);
}

void Waiters::resolve(const api::StatusReport& report) {
  auto [first, last] = waiting_.equal_range(report.id);
  std::vector<Place> places;
  for (auto at = first; at != last; ++at) places.push_back(std::move(at->second));
  waiting_.erase(first, last);
  for (auto& [client, index] : places) {
    client->reports[index] = report;
    if (--client->pending == 0) client->done(std::move(client->reports));
  }
}

void Waiters::expire(policies::Instant now) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto client = deadlines_.begin()->second.lock();
    deadlines_.erase(deadlines_.begin());
    if (!client) continue;
    forget(client);
    client->done(std::move(client->reports));
  }
}

void Waiters::forget(const std::shared_ptr<Client>& client) {
  for (const auto& report : client->reports) {
    auto [first, last] = waiting_.equal_range(report.id);
    while (first != last) first = first->second.client == client ? waiting_.erase(first) : std::next(first);
  }
}

}  // namespace mnrt::actors
