#include "actors/state_cache.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "actors/damage.hpp"
#include "messages/state_codec.hpp"
#include "policies/digest.hpp"

namespace mnrt::actors {
namespace {

std::string_view as_text(const policies::StateKey& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size()};
}

/// List node, hash node and the row itself; a service's texts and a key policy's keys are what varies.
std::size_t footprint(const policies::StateKey& key, const std::optional<policies::StateRow>& row) {
  std::size_t bytes = sizeof(policies::StateRow) + 2 * key.size() + 160;
  if (!row) return bytes;
  if (const auto* account = std::get_if<policies::AccountRow>(&*row); account && account->keys)
    bytes += account->keys->keys.size() * sizeof(policies::PublicKey);
  if (const auto* service = std::get_if<policies::ServiceRow>(&*row)) {
    bytes += service->kind.capacity() + service->version.capacity();
    for (const auto& text : service->endpoints) bytes += text.capacity() + sizeof text;
    for (const auto& text : service->labels) bytes += text.capacity() + sizeof text;
  }
  if (const auto* set = std::get_if<policies::ValidatorsRow>(&*row))
    bytes += set->validators.size() * sizeof(policies::Validator);
  return bytes;
}

}  // namespace

StateCache::StateCache(const Store& store, std::size_t bytes_max)
    : store_(store), bytes_max_(bytes_max), snapshot_(store.snapshot()) {}

std::optional<policies::StateRow> StateCache::read(const policies::StateKey& key) const {
  if (auto found = places_.find(as_text(key)); found != places_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->row;
  }
  auto bytes = snapshot_->get(messages::Table::state, key);
  if (!bytes) throw_error(bytes.error());
  std::optional<policies::StateRow> row;
  if (*bytes) {
    auto decoded = messages::decode_row(key, **bytes);
    if (!decoded)
      throw Damaged{fmt::format(
          "the row {} of the table `state` does not decode ({}): restore a backup of the data directory",
          policies::to_hex(key), name_of(decoded.error()))};
    row = std::move(*decoded);
  }
  put(key, row);
  return row;
}

void StateCache::apply(const policies::StateChanges& changes) {
  for (const auto& [key, row] : changes) put(key, row);
  snapshot_ = store_.snapshot();
}

void StateCache::put(const policies::StateKey& key, std::optional<policies::StateRow> row) const {
  const auto bytes = footprint(key, row);
  if (auto found = places_.find(as_text(key)); found != places_.end()) {
    bytes_ += bytes - found->second->bytes;
    found->second->row = std::move(row);
    found->second->bytes = bytes;
    entries_.splice(entries_.begin(), entries_, found->second);
  } else {
    entries_.push_front({key, std::move(row), bytes});
    places_.emplace(as_text(entries_.front().key), entries_.begin());
    bytes_ += bytes;
  }
  while (bytes_ > bytes_max_ && entries_.size() > 1) {
    bytes_ -= entries_.back().bytes;
    places_.erase(as_text(entries_.back().key));
    entries_.pop_back();
  }
}

}  // namespace mnrt::actors
