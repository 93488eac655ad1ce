#pragma once

#include <caf/actor.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "actors/interfaces.hpp"
#include "policies/address.hpp"
#include "policies/bytes.hpp"
#include "sims/chance.hpp"
#include "sims/scenario.hpp"

namespace mnrt::sims {

class Scheduler;

/// What happened to frames and links, by kind.
using FaultCounts = std::map<std::string, std::uint64_t>;

/// Stands between one node's actors and its links, and does with its frames what it likes.
class Interceptor {
 public:
  virtual ~Interceptor() = default;
  /// The node sends this. What is to reach the network goes there through `Network::post`.
  virtual void sends(const std::vector<policies::Address>& to,
                     const std::shared_ptr<const policies::Bytes>& frame) = 0;
  /// This has come for the node; false: it isn't let through.
  virtual bool hears(const policies::Address& from, const std::shared_ptr<const policies::Bytes>& frame) = 0;
};

/// The links between simulated nodes: each pair has one, that comes up when both are on. Frames take time,
/// get lost, doubled and overtaken; a cut direction swallows them without a word; a link that breaks is told
/// to both ends and made anew.
class Network {
 public:
  Network(Scheduler& scheduler, SeededChance& chance, const Weather& weather, FaultCounts& faults);
  ~Network();

  /// A place for one more node; returns its number.
  std::size_t add(const policies::Address& address);

  /// What a node's World calls: the transport of a node that is on, until `detach`.
  actors::transport_actor attach(std::size_t node, const actors::peers_actor& peers);
  /// The node's power is off: its links are down, what is under way to it or from it is lost.
  void detach(std::size_t node);

  /// Swallows all frames in one direction, or carries them again.
  void cut(std::size_t from, std::size_t to, bool off);
  void heal();
  /// Breaks a link that is up; it comes back by itself.
  bool break_link(std::size_t a, std::size_t b);
  void set_weather(const Weather& weather) { weather_ = weather; }

  /// From now on all frames of the node pass `interceptor`, which outlives the network's work.
  void intercept(std::size_t node, Interceptor& interceptor) { interceptors_[node] = &interceptor; }
  /// A frame from this node to that address, some time later.
  void post(std::size_t from, const policies::Address& to,
            const std::shared_ptr<const policies::Bytes>& frame, std::uint64_t after_us);

  std::uint64_t delivered() const { return delivered_; }

 private:
  using Pair = std::pair<std::size_t, std::size_t>;  ///< smaller number first
  struct Link {
    bool up{};
    std::uint64_t generation{};  ///< grows when the link goes down: what was under way is lost
  };
  struct Place {
    policies::Address address;
    actors::peers_actor peers;  ///< null: off
  };
  using Event = std::function<void()>;

  static Pair pair_of(std::size_t a, std::size_t b) { return {std::min(a, b), std::max(a, b)}; }
  void after_us(std::uint64_t us, Event event);
  void send(std::size_t from, const std::vector<policies::Address>& to,
            const std::shared_ptr<const policies::Bytes>& frame);
  void carry(std::size_t from, std::size_t to, const std::shared_ptr<const policies::Bytes>& frame);
  void connect_soon(std::size_t a, std::size_t b, std::uint64_t us_max);
  void connect(std::size_t a, std::size_t b, std::uint64_t generation);
  void disconnect(std::size_t a, std::size_t b);
  void tell(std::size_t node, std::size_t other, bool up);
  void tell_links(std::size_t node);

  Scheduler& scheduler_;
  SeededChance& chance_;
  Weather weather_;
  FaultCounts& faults_;
  std::vector<Place> places_;
  std::multimap<policies::Address, std::size_t> numbers_;  ///< twins share an address
  std::map<Pair, Link> links_;
  std::map<Pair, bool> cut_;  ///< from, to
  std::map<std::size_t, Interceptor*> interceptors_;
  std::uint64_t delivered_{};
  caf::actor timer_;
};

}  // namespace mnrt::sims
