#include "actors/waiters.hpp"

#include <iterator>
#include <utility>

namespace mnrt::actors {

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
