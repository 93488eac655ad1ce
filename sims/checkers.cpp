#include "sims/checkers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "actors/exceptions.hpp"
#include "actors/replay.hpp"

namespace mnrt::sims {
namespace {

bool stands_at(const actors::LedgerView& ledger, const policies::Digest& id, policies::Height height) {
  const auto record = ledger.transaction(id);
  return record && *record && (*record)->height == height;
}

}  // namespace

void Checkers::violated(std::string what) {
  if (!violation_) violation_ = std::move(what);
}

void Checkers::noted(std::size_t node, const policies::Note& note) {
  if (dishonest_[node]) return;
  if (note.code == "equivocation_seen") {
    offenders_.insert(field_of(note, "offender"));
    evidence_.emplace(field_of(note, "offender"), std::stoull(field_of(note, "height")));
  }
  if (note.code == "message_signed") signed_once(node, note);
  if (note.code == "block_final") is_final(node, note);
  // The leader saved the block from it, but no transaction may try.
  if (note.code == "transaction_dropped" && field_of(note, "reason") == "not_conserving")
    violated(fmt::format("at node {} transaction {} makes or loses tokens", node, field_of(note, "id")));
}

void Checkers::crashed(std::size_t node, std::string_view role, const policies::Note& note) {
  const auto what = field_of(note, "what");
  if (what != actors::AskedToCrash{}.what())
    violated(fmt::format("at node {} the role `{}` threw: {}", node, role, what));
}

void Checkers::signed_once(std::size_t node, const policies::Note& note) {
  const auto digest = field_of(note, "digest");
  const Place place{field_of(note, "height"), field_of(note, "round"), field_of(note, "step")};
  const auto [known, fresh] = signed_[node].emplace(place, digest);
  if (!fresh && known->second != digest)
    violated(fmt::format("node {} signed two digests for height {} round {} step {}: {} and {}", node,
                         std::get<0>(place), std::get<1>(place), std::get<2>(place), known->second, digest));
}

void Checkers::is_final(std::size_t node, const policies::Note& note) {
  const auto height = std::stoull(field_of(note, "height"));
  const auto digest = field_of(note, "digest");
  const auto [known, fresh] = final_.emplace(height, digest);
  if (!fresh && known->second != digest) {
    if (!broke_at_) broke_at_ = height;
    if (offenders_min_ == 0)
      violated(fmt::format("height {} became final with two blocks: {}, and at node {} {}", height,
                           known->second, node, digest));
  }
  // A restarted core says its tip once more.
  auto& newest = final_height_[node];
  if (height != newest && height != newest + 1)
    violated(fmt::format("at node {} height {} became final after {}", node, height, newest));
  newest = height;
}

void Checkers::check_evidence() {
  if (broke_at_ && offenders_.size() < offenders_min_)
    violated(fmt::format("height {} became final with two blocks, and {} of {} were found out", *broke_at_,
                         offenders_.size(), offenders_min_));
}

void Checkers::acknowledged(std::size_t node, const actors::api::StatusReport& report) {
  if (!report.height || dishonest_[node] || broke_at_) return;
  acknowledged_[node].emplace(report.id, *report.height);
  const auto [known, fresh] = everywhere_.emplace(report.id, *report.height);
  if (!fresh && known->second != *report.height)
    violated(fmt::format("transaction {} was acknowledged at heights {} and {}",
                         policies::to_hex(report.id.bytes), known->second.value, report.height->value));
}

void Checkers::wiped(std::size_t node) {
  final_height_[node] = 0;
  acknowledged_[node].clear();  // others have them: `everywhere_` stays
}

void Checkers::check_stored(std::size_t node, const actors::LedgerView& ledger) {
  const auto tip = ledger.tip();
  if (!tip || !*tip) return violated(fmt::format("the store of node {} shows no chain", node));
  if ((*tip)->value < final_height_[node])
    violated(fmt::format("node {} had height {} as final, and shows {}", node, final_height_[node],
                         (*tip)->value));
  for (const auto& [id, height] : acknowledged_[node])
    if (!stands_at(ledger, id, height))
      violated(
          fmt::format("transaction {} was acknowledged by node {} as final at height {}, and is not there",
                      policies::to_hex(id.bytes), node, height.value));
}

void Checkers::check_acknowledged(const actors::LedgerView& ledger) {
  for (const auto& [id, height] : everywhere_)
    if (!stands_at(ledger, id, height))
      violated(fmt::format("transaction {} was acknowledged as final at height {}, and is not there",
                           policies::to_hex(id.bytes), height.value));
}

void Checkers::check_reexecution(const actors::Store& store) {
  if (const auto replayed = actors::replay(store); !replayed)
    violated("executed again: " + replayed.error().text);
}

}  // namespace mnrt::sims
