#include <algorithm>
#include <array>

#include "messages/keys.hpp"
#include "policies/ledger/key_policy.hpp"
#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

using namespace actors::api;
using actors::LedgerView;
using policies::Address;

// --- accounts
// --------------------------------------------------------------------------------------------------------

std::expected<std::optional<policies::AccountRow>, HttpResponse> account_row(const LedgerView& view,
                                                                             const Address& address) {
  const auto row = view.row(policies::account_key(address));
  if (!row) return std::unexpected(problem_of(row.error()));
  if (!*row) return std::nullopt;
  const auto* account = std::get_if<policies::AccountRow>(&**row);
  if (account == nullptr)
    return std::unexpected(
        problem(Problem::internal, "state_corrupted", "The account's row is of another kind."));
  return *account;
}

/// Balances and keys from the final state; the next nonce counts what is pending, where the actors answer.
void answer_account(Backend& backend, const Address& address, Json extra, Answer answer) {
  const auto row = account_row(backend.view(), address);
  if (!row) return answer(row.error());
  const auto account = row->value_or(policies::AccountRow{});
  Json body{{"address", policies::to_bech32m(address)},
            {"exists", row->has_value()},
            {"balances", json_of(account.balances)},
            {"next_nonce", account.nonce},
            {"pending_counted", false},
            {"key_policy", account.keys ? json_of(*account.keys) : Json(nullptr)},
            {"deposit", policies::to_string(account.deposit)}};
  body.update(extra);
  backend.call(NonceQuery{address, 0}, {},
               [body = std::move(body), answer = std::move(answer)](const Reply& reply) mutable {
                 if (const auto* nonce = std::get_if<NonceReport>(&reply)) {
                   body["next_nonce"] = nonce->next;
                   body["pending_counted"] = true;
                 }
                 answer(json_response(200, body));
               });
}

void get_account(Backend& backend, const Exchange& exchange, Answer answer) {
  if (auto unknown = unknown_parameter(*exchange.request, {})) return answer(std::move(*unknown));
  const auto address = address_from(exchange.captured.front());
  if (!address) return answer(address.error());
  answer_account(backend, *address, Json::object(), std::move(answer));
}

HttpResponse account_history(Backend& backend, const Exchange& exchange) {
  const auto& request = *exchange.request;
  const auto page = page_of(request);
  if (!page) return page.error();
  const auto address = address_from(exchange.captured.front());
  if (!address) return address.error();
  policies::Height below{UINT64_MAX};
  std::uint32_t below_index = UINT32_MAX;
  if (page->cursor) {
    const auto place = numbers_from_cursor(*page->cursor, 2);
    if (!place || place->back() > UINT32_MAX)
      return bad_request("`cursor` isn't one of this list.", "bad_cursor");
    below = {place->front()};
    below_index = static_cast<std::uint32_t>(place->back());
  }
  const auto view = backend.view();
  const auto entries = view.history(*address, below, below_index, page->limit);
  if (!entries) return problem_of(entries.error());
  auto items = Json::array();
  for (const auto& entry : *entries) {
    const auto record = view.transaction(entry.transaction);
    if (!record) return problem_of(record.error());
    Json item{{"id", digest_text("blake3", entry.transaction)},
              {"height", entry.height.value},
              {"index", entry.index},
              {"reason", nullptr},
              {"fee", nullptr}};
    if (*record) {
      const auto& outcome = (*record)->outcome;
      if (outcome.refusal != policies::Refusal::none) item["reason"] = policies::name_of(outcome.refusal);
      item["fee"] = policies::to_string(outcome.fee);
    }
    items.push_back(std::move(item));
  }
  if (entries->size() < page->limit) return page_response(request, std::move(items), std::nullopt);
  const auto& last = entries->back();
  return page_response(request, std::move(items),
                       std::to_string(last.height.value) + "/" + std::to_string(last.index));
}

// --- names for public keys
// -------------------------------------------------------------------------------------------

constexpr std::size_t names_max = 10'000;

policies::Bytes name_key(std::string_view name) {
  return messages::local_key(messages::LocalKind::name,
                             {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
}

bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, fits);
}

actors::Read<std::optional<policies::PublicKey>> named_key(const LedgerView& view, std::string_view name) {
  const auto row = view.local(name_key(name));
  if (!row) return std::unexpected(row.error());
  policies::PublicKey key;
  if (!*row || (*row)->size() != key.bytes.size()) return std::nullopt;
  std::ranges::copy(**row, key.bytes.begin());
  return key;
}

Json wallet_json(const std::string& name, const policies::PublicKey& key) {
  return {{"name", name},
          {"address", policies::to_bech32m(policies::address_of(policies::single_key(key)))},
          {"public_key", policies::to_hex(key.bytes)}};
}

void create_wallet(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto json = json_body(*exchange.request);
  if (!json) return answer(json.error());
  ObjectReader reader(*json);
  const auto name = reader.text("name");
  const auto key = reader.public_key("public_key");
  if (!is_name(name)) reader.fail("`name` has 1 to 64 characters of a-z, 0-9, - and _.");
  if (auto error = reader.error()) return answer(bad_request(*error));
  const auto view = backend.view();
  const auto taken = named_key(view, name);
  if (!taken) return answer(problem_of(taken.error()));
  if (*taken && **taken == key) return answer(json_response(200, wallet_json(name, key)));
  if (*taken) return answer(problem(Problem::conflict, "name_taken", "Another key has this name already."));
  const auto prefix = name_key({});
  const auto all =
      view.snapshot().scan(messages::Table::local, prefix, messages::after_prefix(prefix), names_max);
  if (!all) return answer(problem_of(all.error()));
  if (all->size() >= names_max)
    return answer(problem(Problem::refused, "too_many_names", "This node keeps as many names as it takes."));
  backend.call(Remember{name_key(name), policies::Bytes{key.bytes.begin(), key.bytes.end()}}, {},
               [body = wallet_json(name, key), answer = std::move(answer)](const Reply& reply) {
                 if (!std::holds_alternative<Done>(reply)) return answer(one_report(reply).error());
                 auto response = json_response(201, body);
                 response.headers.emplace_back("Location",
                                               "/api/v1/accounts/" + body.at("address").get<std::string>());
                 answer(std::move(response));
               });
}

void wallet_balance(Backend& backend, const Exchange& exchange, Answer answer) {
  const auto& request = *exchange.request;
  if (auto unknown = unknown_parameter(request, {"name", "address"})) return answer(std::move(*unknown));
  const auto name = request.parameter("name");
  const auto written = request.parameter("address");
  if (name.has_value() == written.has_value()) return answer(bad_request("Give either `name` or `address`."));
  if (written) {
    const auto address = address_from(*written);
    if (!address) return answer(address.error());
    return answer_account(backend, *address, Json::object(), std::move(answer));
  }
  const auto key = named_key(backend.view(), *name);
  if (!key) return answer(problem_of(key.error()));
  if (!*key) return answer(problem(Problem::not_found, "name_unknown", "No key has this name here."));
  answer_account(backend, policies::address_of(policies::single_key(**key)), {{"name", *name}},
                 std::move(answer));
}

// --- the table
// -------------------------------------------------------------------------------------------------------

constexpr std::array table{
    Route{.method = Method::get,
          .path = "/api/v1/accounts/{address}",
          .operation = "get_account",
          .response = "Account",
          .handler = get_account},
    Route{.method = Method::get,
          .path = "/api/v1/accounts/{address}/transactions",
          .operation = "list_account_transactions",
          .response = "HistoryPage",
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(account_history(b, e)); }},
    Route{.method = Method::post,
          .path = "/api/v1/wallet/create",
          .operation = "create_wallet",
          .access = Access::operator_,
          .body = Body::json,
          .request = "WalletName",
          .response = "Wallet",
          .sheds = true,
          .handler = create_wallet},
    Route{.method = Method::get,
          .path = "/api/v1/wallet/balance",
          .operation = "get_wallet_balance",
          .response = "Account",
          .handler = wallet_balance},
};

}  // namespace

std::span<const Route> account_routes() {
  return table;
}

}  // namespace mnrt::runtime
