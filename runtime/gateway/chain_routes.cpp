#include <algorithm>
#include <array>

#include "messages/genesis_codec.hpp"
#include "messages/keys.hpp"
#include "policies/notary/base64.hpp"
#include "policies/notary/leaf.hpp"
#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

using actors::FinalHeader;
using actors::LedgerView;
using policies::Height;

std::expected<policies::Genesis, HttpResponse> genesis_of(const LedgerView& view) {
  auto genesis = view.genesis();
  if (!genesis) return std::unexpected(problem_of(genesis.error()));
  if (!*genesis)
    return std::unexpected(
        problem(Problem::unavailable, "no_chain_yet", "The node has no chain yet. Try again soon."));
  return std::move(**genesis);
}

/// A row that every chain has from its genesis on.
template <class Row>
std::expected<Row, HttpResponse> fixed_row(const LedgerView& view, const policies::StateKey& key) {
  auto row = view.row(key);
  if (!row) return std::unexpected(problem_of(row.error()));
  if (!*row || !std::holds_alternative<Row>(**row))
    return std::unexpected(
        problem(Problem::internal, "state_incomplete", "The state lacks a row that it must have."));
  return std::get<Row>(std::move(**row));
}

HttpResponse pruned(Height height) {
  return problem(Problem::pruned, "pruned",
                 "Block " + std::to_string(height.value) + " is older than what this node keeps.");
}

HttpResponse no_such_block() {
  return problem(Problem::not_found, "block_unknown", "There is no final block of that height or id.");
}

std::expected<FinalHeader, HttpResponse> header_at(const LedgerView& view, Height height) {
  auto header = view.header(height);
  if (!header) return std::unexpected(problem_of(header.error()));
  if (!*header) return std::unexpected(pruned(height));
  return std::move(**header);
}

// --- network
// ---------------------------------------------------------------------------------------------------------

HttpResponse network(Backend& backend) {
  const auto view = backend.view();
  const auto genesis = genesis_of(view);
  if (!genesis) return genesis.error();
  const auto tip = tip_of(view);
  if (!tip) return tip.error();
  const auto owner = fixed_row<policies::OwnerRow>(view, policies::owner_key());
  if (!owner) return owner.error();
  const auto validators = fixed_row<policies::ValidatorsRow>(view, policies::validators_key());
  if (!validators) return validators.error();
  const auto chain_id = messages::chain_id_of(*genesis);
  Json body{{"network", genesis->network},
            {"chain_id", digest_text("blake3", chain_id)},
            {"protocol_version", genesis->protocol_version},
            {"genesis_time", policies::to_rfc3339(genesis->time)},
            {"height", tip->value},
            {"head", nullptr},
            {"head_time", nullptr},
            {"owner", policies::to_bech32m(owner->owner)},
            {"owner_epoch", owner->epoch.value},
            {"validators", validators->validators.size()},
            {"log_origin", policies::origin_of(chain_id)},
            {"node", backend.settings().name}};
  if (const auto header = view.header(*tip); header && *header) {
    body["head"] = digest_text("blake3", (*header)->digest);
    body["head_time"] = policies::to_rfc3339((*header)->header.time);
  }
  return json_response(200, body);
}

HttpResponse tokens(Backend& backend) {
  const auto view = backend.view();
  const auto pools = fixed_row<policies::PoolsRow>(view, policies::pools_key());
  if (!pools) return pools.error();
  auto items = Json::array();
  for (auto token : policies::all_tokens) {
    const auto& facts = policies::facts_of(token);
    const auto at = static_cast<std::size_t>(token);
    items.push_back({{"symbol", facts.symbol},
                     {"name", facts.name},
                     {"decimals", policies::token_decimals},
                     {"multiplier", facts.multiplier},
                     {"minted", policies::to_string(pools->minted[at])},
                     {"burned", policies::to_string(pools->burned[at])},
                     {"treasury", policies::to_string(pools->treasury[at])}});
  }
  return json_response(200, {{"items", std::move(items)}});
}

// --- parameters and validators at a height
// ---------------------------------------------------------------------------

/// `?height=`, at most the tip; the tip without it.
std::expected<Height, HttpResponse> asked_height(const HttpRequest& request, Height tip) {
  if (auto unknown = unknown_parameter(request, {"height"})) return std::unexpected(std::move(*unknown));
  const auto number = number_parameter(request, "height");
  if (!number) return std::unexpected(number.error());
  if (!*number) return tip;
  if (**number > tip.value) return std::unexpected(no_such_block());
  return Height{**number};
}

/// The value before it changed for the first time after `height`; nothing: it has today's.
actors::Read<std::optional<std::uint64_t>> value_before_change(const LedgerView& view,
                                                               policies::Parameter parameter, Height height) {
  const auto from = policies::parameter_history_key(parameter, next(height));
  const auto to = messages::after_prefix(policies::parameter_history_key(parameter, {UINT64_MAX}));
  const auto found = view.snapshot().scan(messages::Table::state, from, to, 1);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return std::nullopt;
  const auto row = view.row(found->front().key);
  if (!row) return std::unexpected(row.error());
  const auto* history = *row ? std::get_if<policies::ParameterHistoryRow>(&**row) : nullptr;
  if (history == nullptr) return std::nullopt;
  return history->value;
}

HttpResponse parameters(Backend& backend, const HttpRequest& request) {
  const auto view = backend.view();
  const auto tip = tip_of(view);
  if (!tip) return tip.error();
  const auto height = asked_height(request, *tip);
  if (!height) return height.error();
  const auto row = fixed_row<policies::ParametersRow>(view, policies::parameters_key());
  if (!row) return row.error();
  auto items = Json::array();
  for (std::size_t i = 0; i < policies::parameter_count; ++i) {
    const auto parameter = static_cast<policies::Parameter>(i);
    const auto before = value_before_change(view, parameter, *height);
    if (!before) return problem_of(before.error());
    Json item{{"name", policies::name_of(parameter)},
              {"value", std::to_string(before->value_or(row->values[i].value))},
              {"lowest", std::to_string(row->values[i].lowest)},
              {"highest", std::to_string(row->values[i].highest)},
              {"pending", nullptr}};
    for (const auto& pending : row->pending)
      if (pending.parameter == parameter)
        item["pending"] = {{"value", std::to_string(pending.value)}, {"effective", pending.effective.value}};
    items.push_back(std::move(item));
  }
  return json_response(200, {{"height", height->value}, {"items", std::move(items)}});
}

/// Changes of the set that are voted on, as of the last final block, oldest first.
Json set_changes(const actors::LedgerView& view) {
  auto changes = Json::array();
  const auto row = view.row(policies::set_change_key());
  if (!row || !*row) return changes;
  for (const auto& proposal : std::get<policies::SetChangeRow>(**row).proposals) {
    changes.push_back({{"joins", texts_of(proposal.joins)},
                       {"leaves", texts_of(proposal.leaves)},
                       {"proposed", proposal.proposed.value},
                       {"votes", texts_of(proposal.votes)}});
    if (proposal.decided) changes.back()["decided"] = proposal.decided->value;
  }
  return changes;
}

HttpResponse validators(Backend& backend, const HttpRequest& request) {
  const auto view = backend.view();
  const auto tip = tip_of(view);
  if (!tip) return tip.error();
  const auto height = asked_height(request, *tip);
  if (!height) return height.error();
  const auto row = fixed_row<policies::ValidatorsRow>(view, policies::validators_key());
  if (!row) return row.error();
  if (*height < *tip) {
    // The state holds today's set; a header says by digest whether an older height had the same one.
    const auto then = header_at(view, *height);
    if (!then) return then.error();
    const auto now = header_at(view, *tip);
    if (!now) return now.error();
    if (then->header.next_validators != now->header.next_validators) return pruned(*height);
  }
  auto items = Json::array();
  for (const auto& seat : row->validators) {
    const auto bond = view.row(policies::bond_key(seat.address));
    if (!bond) return problem_of(bond.error());
    items.push_back({{"address", policies::to_bech32m(seat.address)},
                     {"operated_by", policies::to_bech32m(seat.operated_by)},
                     {"consensus_key", policies::to_hex(seat.consensus_key.bytes)},
                     {"log_key", policies::to_hex(seat.log_key.bytes)},
                     {"cosigner_key", policies::to_hex(seat.cosigner_key.bytes)},
                     {"bond", *bond ? to_string(std::get<policies::BondRow>(**bond).amount) : "0"}});
  }
  return json_response(200, {{"height", height->value},
                             {"quorum", policies::quorum(row->validators.size())},
                             {"faulty_max", policies::faulty_max(row->validators.size())},
                             {"items", std::move(items)},
                             {"changes", set_changes(view)}});
}

// --- blocks and headers
// ----------------------------------------------------------------------------------------------

/// `latest`, a height, or a digest.
std::expected<Height, HttpResponse> block_height(const LedgerView& view, const std::string& name,
                                                 Height tip) {
  if (name == "latest") return tip;
  if (const auto number = number_from(name)) {
    if (*number > tip.value || *number == 0) return std::unexpected(no_such_block());
    return Height{*number};
  }
  const auto digest = digest_from(name, "blake3");
  if (!digest)
    return std::unexpected(
        bad_request("A block is named by its height, its id, or `latest`.", "malformed_block"));
  const auto height = view.height_of_block(*digest);
  if (!height) return std::unexpected(problem_of(height.error()));
  if (!*height) return std::unexpected(no_such_block());
  return **height;
}

HttpResponse block(Backend& backend, const Exchange& exchange) {
  const auto& request = *exchange.request;
  if (auto unknown = unknown_parameter(request, {})) return std::move(*unknown);
  const auto view = backend.view();
  const auto tip = tip_of(view);
  if (!tip) return tip.error();
  const auto height = block_height(view, exchange.captured.front(), *tip);
  if (!height) return height.error();
  if (height->value == 0) return no_such_block();
  const auto header = header_at(view, *height);
  if (!header) return header.error();
  const auto block = view.block(*height);
  if (!block) return problem_of(block.error());
  if (!*block) return pruned(*height);
  auto body = json_of(*header);
  auto items = Json::array();
  for (const auto& outcome : (*block)->outcomes)
    items.push_back(
        {{"id", digest_text("blake3", outcome.transaction)},
         {"reason", outcome.refusal == policies::Refusal::none ? Json(nullptr)
                                                               : Json(policies::name_of(outcome.refusal))},
         {"fee", policies::to_string(outcome.fee)}});
  body["outcomes"] = std::move(items);
  if (exchange.captured.front() == "latest") return json_response(200, body);
  return final_response(request, policies::to_hex(header->digest.bytes), body);
}

HttpResponse blocks(Backend& backend, const HttpRequest& request) {
  const auto page = page_of(request);
  if (!page) return page.error();
  const auto view = backend.view();
  const auto tip = tip_of(view);
  if (!tip) return tip.error();
  auto height = *tip;
  if (page->cursor) {
    const auto numbers = numbers_from_cursor(*page->cursor, 1);
    if (!numbers || numbers->front() > tip->value)
      return bad_request("`cursor` isn't one of this list.", "bad_cursor");
    height = {numbers->front()};
  }
  auto items = Json::array();
  for (; height.value > 0 && items.size() < page->limit; --height.value) {
    const auto header = view.header(height);
    if (!header) return problem_of(header.error());
    if (!*header) return page_response(request, std::move(items), std::nullopt);
    items.push_back(summary_of(**header));
  }
  if (height.value == 0) return page_response(request, std::move(items), std::nullopt);
  return page_response(request, std::move(items), std::to_string(height.value));
}

HttpResponse headers(Backend& backend, const HttpRequest& request) {
  const auto page = page_of(request, {"from"});
  if (!page) return page.error();
  const auto from = number_parameter(request, "from");
  if (!from) return from.error();
  const auto view = backend.view();
  const auto tip = tip_of(view);
  if (!tip) return tip.error();
  Height height{std::max<std::uint64_t>(1, from->value_or(1))};
  if (page->cursor) {
    const auto numbers = numbers_from_cursor(*page->cursor, 1);
    if (!numbers) return bad_request("`cursor` isn't one of this list.", "bad_cursor");
    height = {numbers->front()};
  }
  auto items = Json::array();
  for (; height <= *tip && items.size() < page->limit; height = next(height)) {
    const auto header = header_at(view, height);
    if (!header) return header.error();
    items.push_back(json_of(*header));
  }
  if (height > *tip) return page_response(request, std::move(items), std::nullopt);
  return page_response(request, std::move(items), std::to_string(height.value));
}

// --- state proofs
// ----------------------------------------------------------------------------------------------------

HttpResponse state_proof(Backend& backend, const Exchange& exchange) {
  const auto& request = *exchange.request;
  const auto key = policies::from_hex(exchange.captured.front());
  if (!key || key->empty() || key->size() > 256)
    return bad_request("A state key is hexadecimal, 1 to 256 bytes.", "malformed_key");
  const auto view = backend.view();
  const auto tip = tip_of(view);
  if (!tip) return tip.error();
  const auto height = asked_height(request, *tip);
  if (!height) return height.error();
  // Rows are kept in their newest version alone, so that is all a proof could be for.
  if (*height != *tip)
    return problem(Problem::pruned, "pruned",
                   "The state is proven for the newest block alone, which is " + std::to_string(tip->value) +
                       " now: leave out `height`, the answer says which one it is for.");
  const auto proof = view.proof(*key);
  if (!proof) return problem_of(proof.error());
  const auto header = header_at(view, proof->height);
  if (!header) return header.error();
  return json_response(200,
                       {{"height", proof->height.value},
                        {"state_root", digest_text("blake3", header->header.state_root)},
                        {"key", policies::to_hex(*key)},
                        {"value", proof->value ? Json(policies::to_base64(*proof->value)) : Json(nullptr)},
                        {"proof", policies::to_base64(proof->proof)}});
}

// --- the table
// -------------------------------------------------------------------------------------------------------

constexpr std::array table{
    Route{.method = Method::get,
          .path = "/api/v1/network",
          .operation = "get_network",
          .response = "Network",
          .handler = [](Backend& b, const Exchange&, Answer answer) { answer(network(b)); }},
    Route{.method = Method::get,
          .path = "/api/v1/tokens",
          .operation = "list_tokens",
          .response = "Tokens",
          .handler = [](Backend& b, const Exchange&, Answer answer) { answer(tokens(b)); }},
    Route{.method = Method::get,
          .path = "/api/v1/parameters",
          .operation = "list_parameters",
          .response = "Parameters",
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(parameters(b, *e.request)); }},
    Route{.method = Method::get,
          .path = "/api/v1/validators",
          .operation = "list_validators",
          .response = "Validators",
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(validators(b, *e.request)); }},
    Route{.method = Method::get,
          .path = "/api/v1/blocks",
          .operation = "list_blocks",
          .response = "BlockPage",
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(blocks(b, *e.request)); }},
    Route{.method = Method::get,
          .path = "/api/v1/blocks/{block}",
          .operation = "get_block",
          .response = "Block",
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(block(b, e)); }},
    Route{.method = Method::get,
          .path = "/api/v1/headers",
          .operation = "list_headers",
          .response = "HeaderPage",
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(headers(b, *e.request)); }},
    Route{.method = Method::get,
          .path = "/api/v1/state/{key}/proof",
          .operation = "get_state_proof",
          .response = "StateProof",
          .handler = [](Backend& b, const Exchange& e, Answer answer) { answer(state_proof(b, e)); }},
};

}  // namespace

std::span<const Route> chain_routes() {
  return table;
}

}  // namespace mnrt::runtime
