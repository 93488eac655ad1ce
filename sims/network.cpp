#include "sims/network.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <chrono>

#include "actors/mail/peers.hpp"
#include "sims/world.hpp"

namespace mnrt::sims {
namespace {

struct NetworkEvent {
  std::shared_ptr<std::function<void()>> run;
};

}  // namespace
}  // namespace mnrt::sims

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mnrt::sims::NetworkEvent)

namespace mnrt::sims {
namespace {

using Frame = std::shared_ptr<const policies::Bytes>;
using Send = std::function<void(const std::vector<policies::Address>&, const Frame&)>;

constexpr std::uint64_t handshake_us_max = 50'000;
constexpr std::uint64_t reconnect_us_max = 2'000'000;

caf::behavior timer(caf::event_based_actor*) {
  return {[](const NetworkEvent& event) { (*event.run)(); }};
}

actors::transport_actor::behavior_type transport(actors::transport_actor::pointer, Send send,
                                                 std::function<void()> tell_links) {
  return {[send](const actors::SendFrame& mail) { send(mail.to, mail.frame); },
          [tell_links](const actors::TellLinks&) { tell_links(); }};
}

}  // namespace

Network::Network(Scheduler& scheduler, SeededChance& chance, const Weather& weather, FaultCounts& faults)
    : scheduler_(scheduler),
      chance_(chance),
      weather_(weather),
      faults_(faults),
      timer_(scheduler.system().spawn(timer)) {}

Network::~Network() {
  caf::anon_send_exit(timer_, caf::exit_reason::user_shutdown);
}

std::size_t Network::add(const policies::Address& address) {
  numbers_.emplace(address, places_.size());
  places_.push_back({address, {}});
  return places_.size() - 1;
}

void Network::after_us(std::uint64_t us, Event event) {
  caf::delayed_anon_send(timer_, std::chrono::microseconds{us},
                         NetworkEvent{std::make_shared<Event>(std::move(event))});
}

actors::transport_actor Network::attach(std::size_t node, const actors::peers_actor& peers) {
  places_[node].peers = peers;
  for (std::size_t other = 0; other < places_.size(); ++other)
    if (other != node && places_[other].peers) connect_soon(node, other, handshake_us_max);
  return scheduler_.system().spawn(
      transport, Send{[this, node](const auto& to, const Frame& frame) { send(node, to, frame); }},
      std::function<void()>{[this, node] { tell_links(node); }});
}

void Network::detach(std::size_t node) {
  places_[node].peers = actors::peers_actor{};
  for (std::size_t other = 0; other < places_.size(); ++other)
    if (other != node) disconnect(node, other);
}

void Network::connect_soon(std::size_t a, std::size_t b, std::uint64_t us_max) {
  const auto generation = links_[pair_of(a, b)].generation;
  after_us(chance_.between(100, us_max), [this, a, b, generation] { connect(a, b, generation); });
}

void Network::connect(std::size_t a, std::size_t b, std::uint64_t generation) {
  auto& link = links_[pair_of(a, b)];
  if (link.up || link.generation != generation || !places_[a].peers || !places_[b].peers) return;
  if (places_[a].address == places_[b].address) return;  // nobody calls himself
  link.up = true;
  tell(a, b, true);
  tell(b, a, true);
}

void Network::disconnect(std::size_t a, std::size_t b) {
  auto& link = links_[pair_of(a, b)];
  ++link.generation;
  if (!std::exchange(link.up, false)) return;
  tell(a, b, false);
  tell(b, a, false);
}

bool Network::break_link(std::size_t a, std::size_t b) {
  if (!links_[pair_of(a, b)].up) return false;
  disconnect(a, b);
  connect_soon(a, b, reconnect_us_max);
  return true;
}

void Network::tell(std::size_t node, std::size_t other, bool up) {
  // Of twins, the last one that is linked counts.
  const auto [first, last] = numbers_.equal_range(places_[other].address);
  if (!up && std::any_of(first, last, [&](const auto& twin) {
        return twin.second != node && links_[pair_of(node, twin.second)].up;
      }))
    return;
  if (const auto& peers = places_[node].peers)
    caf::anon_send(peers, actors::LinkChanged{places_[other].address, up});
}

void Network::tell_links(std::size_t node) {
  for (std::size_t other = 0; other < places_.size(); ++other)
    if (other != node && links_[pair_of(node, other)].up) tell(node, other, true);
}

void Network::cut(std::size_t from, std::size_t to, bool off) {
  cut_[{from, to}] = off;
}

void Network::heal() {
  cut_.clear();
}

void Network::send(std::size_t from, const std::vector<policies::Address>& to, const Frame& frame) {
  if (!places_[from].peers) return;
  if (auto found = interceptors_.find(from); found != interceptors_.end())
    return found->second->sends(to, frame);
  for (const auto& address : to) post(from, address, frame, 0);
}

void Network::post(std::size_t from, const policies::Address& to, const Frame& frame,
                   std::uint64_t after_us) {
  if (after_us != 0) return this->after_us(after_us, [this, from, to, frame] { post(from, to, frame, 0); });
  if (!places_[from].peers) return;
  const auto [first, last] = numbers_.equal_range(to);
  for (auto place = first; place != last; ++place) carry(from, place->second, frame);
}

void Network::carry(std::size_t from, std::size_t to, const Frame& frame) {
  const auto& link = links_[pair_of(from, to)];
  if (!link.up) return;
  if (auto cut = cut_.find({from, to}); cut != cut_.end() && cut->second) {
    ++faults_["frame_swallowed"];
    return;
  }
  if (chance_.below(1'000) < weather_.lost_permille) {
    ++faults_["frame_lost"];
    return;
  }
  const auto twice = chance_.below(1'000) < weather_.doubled_permille;
  if (twice) ++faults_["frame_doubled"];
  for (int copies = twice ? 2 : 1; copies > 0; --copies) {
    auto delay_us = chance_.between(weather_.delay_us_min, weather_.delay_us_max);
    if (chance_.below(1'000) < weather_.late_permille) {
      ++faults_["frame_late"];
      delay_us += chance_.below(weather_.late_us_max + 1);
    }
    after_us(delay_us, [this, from, to, frame, generation = link.generation] {
      const auto& arriving = links_[pair_of(from, to)];
      if (!arriving.up || arriving.generation != generation) return;
      ++delivered_;
      if (auto found = interceptors_.find(to); found != interceptors_.end())
        if (!found->second->hears(places_[from].address, frame)) return;
      caf::anon_send(places_[to].peers, actors::FrameArrived{places_[from].address, frame});
    });
  }
}

}  // namespace mnrt::sims
