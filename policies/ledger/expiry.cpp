#include "policies/ledger/expiry.hpp"

#include <algorithm>

#include "policies/check.hpp"
#include "policies/ledger/accounts.hpp"

namespace mnrt::policies {

void index_expiry(Overlay& state, BlockTime expires, const std::string& service) {
  auto& ids = state.change<ExpiryRow>(expiry_key(span_of(expires))).services;
  ids.insert(std::ranges::lower_bound(ids, service), service);
}

void unindex_expiry(Overlay& state, BlockTime expires, const std::string& service) {
  const auto key = expiry_key(span_of(expires));
  auto& ids = state.change<ExpiryRow>(key).services;
  const auto place = std::ranges::lower_bound(ids, service);
  MNRT_CHECK(place != ids.end() && *place == service);
  ids.erase(place);
  if (ids.empty()) state.erase(key);
}

void delete_service(Overlay& state, const std::string& id) {
  const auto key = service_key(id);
  const auto* found = state.find<ServiceRow>(key);
  MNRT_CHECK(found != nullptr);
  const auto row = *found;
  unindex_expiry(state, row.expires, id);
  state.erase(key);
  auto& pools = state.change_pools();
  pools.services -= 1;
  debit(pools.deposits, row.deposit);
  credit(state.change(state.account(row.owner)).balances[index_of(Token::flx)], row.deposit);
}

void sweep_services(Overlay& state, BlockTime now) {
  const auto end = span_of(now);
  auto next = state.pools().services_swept;
  std::size_t services = 0;
  for (std::size_t spans = 0; next < end && state.pools().services > 0 && spans < swept_spans_max; ++spans) {
    const auto* row = state.find<ExpiryRow>(expiry_key(next));
    const auto ids = row ? row->services : std::vector<std::string>{};
    for (const auto& id : ids) {
      if (++services > swept_services_max) break;
      delete_service(state, id);
    }
    if (services > swept_services_max) break;
    next.ms += expiry_span_ms;
  }
  if (state.pools().services == 0) next = std::max(next, end);
  if (next != state.pools().services_swept) state.change_pools().services_swept = next;
}

}  // namespace mnrt::policies
