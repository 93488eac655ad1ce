#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/gateway/json.hpp"
#include "runtime/gateway/problem.hpp"
#include "runtime/gateway/route.hpp"

// Pieces that the routes of all nouns share.
namespace mnrt::runtime {

HttpResponse json_response(unsigned status, const Json& body);

/// A final resource: immutable, with an ETag; 304 without a body where the request already has it.
HttpResponse final_response(const HttpRequest& request, std::string_view tag, const Json& body);

HttpResponse bad_request(std::string_view detail, std::string_view code = "invalid_request");

/// `Prefer: wait=N` (RFC 7240), at most 30 s; zero without it.
std::chrono::milliseconds wait_of(const HttpRequest& request);

struct Page {
  std::size_t limit{20};
  std::optional<std::string> cursor;
};
/// `limit` and `cursor`; the error is a problem. Other parameters than these and `known` are one too.
std::expected<Page, HttpResponse> page_of(const HttpRequest& request,
                                          std::initializer_list<std::string_view> known = {});
/// A problem if the query holds a parameter that isn't in `known`, or one twice.
std::optional<HttpResponse> unknown_parameter(const HttpRequest& request,
                                              std::initializer_list<std::string_view> known);
/// A whole number of a parameter; a problem where it is no such.
std::expected<std::optional<std::uint64_t>, HttpResponse> number_parameter(const HttpRequest& request,
                                                                           std::string_view name);

/// `{items, next}` and a Link header where there is more.
HttpResponse page_response(const HttpRequest& request, Json items, const std::optional<std::string>& next);

/// Cursors are opaque: what they hold may change.
std::string cursor_of(std::string_view what);
std::optional<std::string> from_cursor(std::string_view cursor);
/// A cursor that holds numbers, each with an `end` behind it but the last: "12/3".
std::optional<std::vector<std::uint64_t>> numbers_from_cursor(std::string_view cursor, std::size_t count);

/// The parsed body; the error is a problem.
std::expected<Json, HttpResponse> json_body(const HttpRequest& request);

/// Digits alone, below 2^64.
std::optional<std::uint64_t> number_from(std::string_view text);

/// The account and its wanted key; a problem for a wrong address.
std::expected<policies::Address, HttpResponse> address_from(std::string_view text);

/// The last final height, or a problem before the first block.
std::expected<policies::Height, HttpResponse> tip_of(const actors::LedgerView& view);

/// A status report as an answer to a POST: 200 once it is settled in a block, 202 with Location while it
/// waits, a problem where it was refused before a block.
HttpResponse submitted_response(const actors::api::StatusReport& report);

/// The one report of a reply, or the problem that stands in its place.
std::expected<actors::api::StatusReport, HttpResponse> one_report(const actors::api::Reply& reply);

/// Hands on the node's report, with what the server itself knows; what the final chain alone says, while the
/// actors give none.
void with_report(Backend& backend, std::function<void(const actors::api::NodeReport&)> then);

}  // namespace mnrt::runtime
