#include "policies/peer_budgets.hpp"

#include <utility>

#include "policies/limits.hpp"

namespace mnrt::policies {

std::optional<PeerBudgets::Ticket> PeerBudgets::begin(PeerWork work) {
  const auto known = loads_.find({work.from, work.kind});
  auto load = known == loads_.end() ? Load{} : known->second;
  ++load.works;
  load.frames += work.frames;
  load.bytes += work.bytes;
  const auto fits = [&] {
    switch (work.kind) {
      case PeerWork::Kind::consensus:
        return load.works <= limits::peer_checks_max && load.bytes <= limits::peer_check_bytes_max;
      case PeerWork::Kind::finals:
        return load.works <= limits::peer_finals_max;
      case PeerWork::Kind::gossip:
        return load.frames <= limits::peer_gossip_frames_max;
    }
    return false;
  };
  if (!fits()) return std::nullopt;
  loads_[{work.from, work.kind}] = load;
  works_.emplace(next_, std::move(work));
  return next_++;
}

void PeerBudgets::end(Ticket ticket) {
  const auto done = works_.extract(ticket);
  if (!done) return;
  const auto& work = done.mapped();
  const auto load = loads_.find({work.from, work.kind});
  load->second.frames -= work.frames;
  load->second.bytes -= work.bytes;
  if (--load->second.works == 0) loads_.erase(load);
}

std::vector<PeerWork> PeerBudgets::lost() {
  std::vector<PeerWork> found;
  for (auto& [ticket, work] : std::exchange(works_, {})) found.push_back(std::move(work));
  loads_.clear();
  return found;
}

bool PeerBudgets::may_ask(const Address& peer) {
  auto& answers = answers_[peer];
  return may_get(peer) && ++answers.requests <= limits::peer_answers_max;
}

bool PeerBudgets::may_get(const Address& peer) const {
  const auto answers = answers_.find(peer);
  return answers == answers_.end() || answers->second.bytes < limits::peer_answer_bytes_max;
}

void PeerBudgets::sent(const Address& peer, std::size_t bytes) {
  answers_[peer].bytes += bytes;
}

}  // namespace mnrt::policies
