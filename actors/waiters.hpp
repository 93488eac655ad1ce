#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "actors/api_calls.hpp"
#include "policies/time.hpp"

namespace mnrt::actors {

/// Clients that wait until their transactions are final. Bounded; each is answered once: when the last of its
/// transactions is final, or when its time is over.
class Waiters {
 public:
  using Done = std::function<void(std::vector<api::StatusReport>)>;

  explicit Waiters(std::size_t transactions_max) : transactions_max_(transactions_max) {}

  /// Whether `count` more transactions may be waited for.
  bool has_room(std::size_t count) const { return waiting_.size() + count <= transactions_max_; }

  /// Waits for every report that is pending; `reports` keeps its order. Without a pending one `done` is
  /// called now.
  void add(std::vector<api::StatusReport> reports, policies::Instant deadline, Done done);

  /// A transaction is final.
  void resolve(const api::StatusReport& report);

  /// Answers those whose deadline has passed, with what is known.
  void expire(policies::Instant now);

  bool empty() const { return waiting_.empty(); }

 private:
  struct Client {
    std::vector<api::StatusReport> reports;
    std::size_t pending{};
    policies::Instant deadline;
    Done done;
  };
  struct Place {
    std::shared_ptr<Client> client;
    std::size_t index{};
  };

  /// Whoever makes ids can make many that begin alike, so each process deals them out in a way of its own.
  struct IdHash {
    std::size_t operator()(const policies::Digest& id) const noexcept;
  };

  void forget(const std::shared_ptr<Client>& client);

  std::size_t transactions_max_;
  std::unordered_multimap<policies::Digest, Place, IdHash> waiting_;  ///< looked up, never walked
  std::multimap<policies::Instant, std::weak_ptr<Client>>
      deadlines_;  ///< of clients that may be answered already
};

}  // namespace mnrt::actors
