#include "runtime/cli/notarising.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "policies/limits.hpp"

namespace mnrt::runtime {
namespace {

using policies::Digest;

constexpr std::string_view route = "/api/v1/notarizations";
constexpr std::size_t digests_in_a_transaction = policies::limits::operations_max;
constexpr std::int64_t wait_seconds_max = 10;

/// A document with what is sent of it.
struct Item {
  Document document;
  Digest digest;
  std::optional<policies::SaltedLabel> label;
  std::string notarisation{};  ///< its id, once the node has given it
};

std::string sha256_text(const Digest& digest) {
  return "sha256:" + policies::to_hex(digest.bytes);
}

Failure not_understood(std::string_view what) {
  return {ExitCode::failed, fmt::format("the node's answer lacks {}; is it of this version?", what),
          "not_understood"};
}

std::expected<std::array<std::uint8_t, 16>, Failure> random_bytes() {
  std::array<std::uint8_t, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return std::unexpected(Failure{ExitCode::failed, "the system gives no random bytes", ""});
  return bytes;
}

std::expected<std::vector<Item>, Failure> hash_all(const NotariseOrder& order, const Output& output) {
  std::vector<Item> items;
  for (const auto& document : order.documents) {
    const Spinner spinner(output, "hashing " + document.file.string());
    const auto digest = sha256_of(document.file);
    if (!digest) return std::unexpected(Failure{ExitCode::failed, digest.error(), "unreadable"});
    Item item{.document = document, .digest = *digest, .label = {}};
    if (order.label) {
      const auto salt = random_bytes();
      if (!salt) return std::unexpected(salt.error());
      item.label = policies::SaltedLabel{.salt = *salt, .label = *order.label};
    }
    items.push_back(std::move(item));
  }
  return items;
}

// --- sending
// ---------------------------------------------------------------------------------------------------------

std::expected<ApiRequest, Failure> batch_request(const NodeClient& node, std::span<const Item> items,
                                                 bool wait) {
  auto list = Json::array();
  for (const auto& item : items) {
    Json entry{{"digest", sha256_text(item.digest)}};
    if (item.label) entry["label_hash"] = sha256_text(label_hash(*item.label));
    list.push_back(std::move(entry));
  }
  // The same request may be sent again while a role restarts: what was answered isn't paid twice.
  const auto key = random_bytes();
  if (!key) return std::unexpected(key.error());
  ApiRequest request{.method = "POST",
                     .target = std::string{route} + "/batch",
                     .headers = {},
                     .body = Json{{"items", std::move(list)}}.dump()};
  request.headers = {{"Content-Type", "application/json"}, {"Idempotency-Key", policies::to_hex(*key)}};
  if (wait) {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(node.left()).count();
    request.headers.emplace_back("Prefer",
                                 fmt::format("wait={}", std::clamp<std::int64_t>(left, 1, wait_seconds_max)));
  }
  return request;
}

/// The node's entries for the items, in their order.
std::expected<Json, Failure> send(const NodeClient& node, std::span<const Item> items, bool wait) {
  auto request = batch_request(node, items, wait);
  if (!request) return std::unexpected(request.error());
  auto answer = node.call(*request);
  // Over the quota the operator's token helps, where this user may read it.
  if (!answer && answer.error().code == "notarisation_quota" && node.authorize(*request))
    answer = node.call(*request);
  if (!answer) return std::unexpected(answer.error());
  const auto& body = answer->body;
  if (!body.is_object() || !body.contains("items") || !body["items"].is_array() ||
      body["items"].size() != items.size())
    return std::unexpected(not_understood("an entry for each digest"));
  return body["items"];
}

/// Nothing while it may still become final.
std::optional<std::expected<void, Failure>> settled(const Json& entry) {
  const auto status = text_of(entry, "status");
  const auto reason = text_of(entry, "reason");
  if (status == "final" && reason.empty()) return std::expected<void, Failure>{};
  if (status == "pending") return std::nullopt;
  return std::unexpected(
      Failure{ExitCode::refused,
              fmt::format("the notarisation is {}{}{}", status, reason.empty() ? "" : ": ", reason),
              reason.empty() ? status : reason});
}

std::expected<Json, Failure> wait_for(const NodeClient& node, Json entry) {
  const auto id = text_of(entry, "id");
  for (;;) {
    if (const auto end = settled(entry)) {
      if (!*end) return std::unexpected(end->error());
      return entry;
    }
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(node.left()).count();
    if (left < 1)
      return std::unexpected(
          Failure{ExitCode::timed_out,
                  fmt::format("the notarisation {} isn't final yet: try `mnrt receipt get {}` later", id, id),
                  "timed_out"});
    ApiRequest request;
    request.target = fmt::format("{}/{}", route, percent_encoded(id));
    request.headers.emplace_back("Prefer", fmt::format("wait={}", std::min(left, wait_seconds_max)));
    auto answer = node.call(std::move(request));
    if (!answer && answer.error().code == "notarisation_unknown")
      return std::unexpected(Failure{
          ExitCode::failed,
          "the node forgot the notarisation before it was final, as it does when it restarts: notarise again",
          "forgotten"});
    if (!answer) return std::unexpected(answer.error());
    entry = std::move(answer->body);
  }
}

// --- what is answered
// ------------------------------------------------------------------------------------------------

Json file_json(const Item& item) {
  Json json{{"file", item.document.file.string()},
            {"digest", sha256_text(item.digest)},
            {"notarization", item.notarisation},
            {"receipt", item.document.receipt.string()}};
  return json;
}

/// Fetches, checks and writes one receipt; adds what it says.
std::expected<void, Failure> keep_receipt(const NodeClient& node, const Item& item,
                                          const NotariseOrder& order, Json& json) {
  const auto receipt =
      fetch_receipt(node, {.notarisation = item.notarisation, .document = item.digest, .root = order.root});
  if (!receipt) return std::unexpected(receipt.error());
  const auto expected = item.label ? label_hash(*item.label) : Digest{};
  if (receipt->facts.leaf.label_hash != expected)
    return std::unexpected(
        Failure{ExitCode::integrity, "the node's receipt is for another label", "leaf_changed"});
  const auto paths = receipt_paths(item.document.receipt);
  if (item.label)
    if (const auto kept = write_text(paths.label, to_text(*item.label)); !kept)
      return std::unexpected(Failure{ExitCode::failed, kept.error(), ""});
  if (auto written = write_receipt(paths, *receipt); !written) {
    written.error().text += fmt::format(
        "; it is notarised, keep its receipt with: mnrt receipt get {} --out R", item.notarisation);
    return written;
  }
  json["proof"] = paths.proof.string();
  json["trust"] = paths.trust.string();
  if (item.label) json["label"] = paths.label.string();
  json["leaf"] = receipt->facts.index;
  json["time"] = policies::to_rfc3339(receipt->facts.leaf.time);
  json["assurance"] = receipt->facts.assurance;
  return {};
}

/// One transaction of up to 64 digests; adds to the answer.
std::expected<void, Failure> notarise_together(const NodeClient& node, std::span<Item> items,
                                               const NotariseOrder& order, Json& answer) {
  auto entries = send(node, items, order.wait);
  if (!entries) return std::unexpected(entries.error());
  for (std::size_t i = 0; i < items.size(); ++i) items[i].notarisation = text_of((*entries)[i], "id");
  Json first = entries->front();
  if (order.wait) {
    // They stand in one transaction: the first settles all.
    auto final = wait_for(node, std::move(first));
    if (!final) return std::unexpected(final.error());
    first = std::move(*final);
  } else if (const auto end = settled(first); end && !*end) {
    return std::unexpected(end->error());
  }
  answer["transactions"].push_back(text_of(first, "transaction"));
  answer["status"] = text_of(first, "status");
  answer["height"] = first.value("height", Json());
  for (const auto& item : items) {
    auto json = file_json(item);
    if (order.wait)
      if (auto kept = keep_receipt(node, item, order, json); !kept) return kept;
    answer["files"].push_back(std::move(json));
  }
  return {};
}

}  // namespace

std::expected<FetchedReceipt, Failure> fetch_receipt(const NodeClient& node, const FetchOrder& order) {
  ApiRequest request;
  request.target = fmt::format("{}/{}/receipt", route, percent_encoded(order.notarisation));
  request.headers.emplace_back("Accept", "application/json");
  const auto answer = node.call(std::move(request));
  if (!answer) return std::unexpected(answer.error());
  FetchedReceipt fetched{
      .proof = text_of(answer->body, "proof"), .trust = text_of(answer->body, "trust"), .facts = {}};
  const auto failed = [](const std::string& why, std::string_view code) {
    return std::unexpected(
        Failure{ExitCode::integrity, "the node's receipt doesn't verify: " + why, std::string{code}});
  };
  const auto trust = read_trust(fetched.trust);
  if (!trust) return failed(trust.error(), name_of(policies::ReceiptVerdict::trust_malformed));
  auto document = order.document;
  if (!document) {
    const auto receipt = policies::receipt_from_text(fetched.proof);
    const auto leaf = receipt ? policies::leaf_from_text(receipt->leaf) : std::nullopt;
    document = leaf ? leaf->document : Digest{};
  }
  const auto check = policies::verify_receipt({.document = *document,
                                               .receipt = fetched.proof,
                                               .trust = &*trust,
                                               .root = order.root ? order.root : start_of(*trust)});
  if (check.verdict != policies::ReceiptVerdict::valid)
    return failed(
        std::string{advice_on(check.verdict)} + (check.detail.empty() ? "" : " (" + check.detail + ")"),
        name_of(check.verdict));
  fetched.facts = *check.facts;
  return fetched;
}

std::expected<void, Failure> write_receipt(const ReceiptPaths& paths, const FetchedReceipt& receipt) {
  for (const auto& [file, text] :
       {std::pair{&paths.trust, &receipt.trust}, std::pair{&paths.proof, &receipt.proof}})
    if (const auto written = write_text(*file, *text); !written)
      return std::unexpected(Failure{ExitCode::failed, written.error(), ""});
  return {};
}

std::expected<std::string, Failure> find_notarisation(const NodeClient& node,
                                                      const policies::Receipt& receipt,
                                                      const policies::Leaf& leaf) {
  std::string target = fmt::format("{}?digest={}&limit=100", route, sha256_text(leaf.document));
  for (std::string next;;) {
    const auto page = node.get(next.empty() ? target : target + "&cursor=" + percent_encoded(next));
    if (!page) return std::unexpected(page.error());
    if (!page->contains("items")) return std::unexpected(not_understood("items"));
    for (const auto& item : (*page)["items"])
      if (number_of(item, "leaf") == receipt.index &&
          text_of(item, "transaction") == "blake3:" + policies::to_hex(leaf.transaction.bytes))
        return text_of(item, "id");
    next = text_of(*page, "next");
    if (next.empty())
      return std::unexpected(
          Failure{ExitCode::failed, "the node knows no such notarisation", "notarisation_unknown"});
  }
}

std::expected<Json, Failure> notarise(NodeClient& node, const NotariseOrder& order, const Output& output) {
  // Before anything is paid: a receipt that can't be kept is of no use.
  if (order.wait)
    for (const auto& document : order.documents)
      if (const auto possible = can_write(receipt_paths(document.receipt).proof); !possible)
        return std::unexpected(Failure{ExitCode::failed, possible.error(), "unwritable"});
  auto items = hash_all(order, output);
  if (!items) return std::unexpected(items.error());
  node.start_time_out();
  Json answer{{"id", nullptr},
              {"status", nullptr},
              {"height", nullptr},
              {"transactions", Json::array()},
              {"files", Json::array()}};
  const Spinner spinner(output, order.wait ? "waiting until it is final" : "sending");
  for (std::size_t at = 0; at < items->size(); at += digests_in_a_transaction) {
    const auto together =
        std::span{*items}.subspan(at, std::min(digests_in_a_transaction, items->size() - at));
    if (auto done = notarise_together(node, together, order, answer); !done)
      return std::unexpected(done.error());
  }
  answer["id"] = answer["transactions"].front();
  if (answer["transactions"].size() == 1) answer.erase("transactions");
  return answer;
}

}  // namespace mnrt::runtime
