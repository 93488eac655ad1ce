#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "policies/digest.hpp"
#include "policies/notary/receipt.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/cli/receipt_files.hpp"

namespace mnrt::runtime {

struct NotariseOrder {
  std::vector<Document> documents;
  std::optional<std::string> label;      ///< of all of them, each with a salt of its own
  bool wait{};                           ///< until it is final and the receipts are written
  std::optional<policies::Digest> root;  ///< the receipts must lead from here
};

/// Hashes the documents here, sends the digests (up to 64 in one transaction), and with `wait` writes a
/// receipt for each, after checking it. Answers `id`, `status`, `height` and, for each file, digest,
/// notarisation and receipt; with more than one transaction their ids in `transactions`. The client's
/// time-out starts when all are hashed.
std::expected<Json, Failure> notarise(NodeClient& node, const NotariseOrder& order, const Output& output);

/// A receipt as a node gives it, checked against the root, or against its own start where there is none.
struct FetchedReceipt {
  std::string proof;
  std::string trust;
  policies::ReceiptFacts facts;
};

struct FetchOrder {
  std::string notarisation;                  ///< id
  std::optional<policies::Digest> document;  ///< SHA-256; nothing: whatever it is of
  std::optional<policies::Digest> root;
};

/// Exit code 7 where what came isn't a receipt that verifies.
std::expected<FetchedReceipt, Failure> fetch_receipt(const NodeClient& node, const FetchOrder& order);

/// Writes R.trust, then R.tlog-proof: who sees the second has the first.
std::expected<void, Failure> write_receipt(const ReceiptPaths& paths, const FetchedReceipt& receipt);

/// The id of a notarisation that an older receipt proves, as the node knows it.
std::expected<std::string, Failure> find_notarisation(const NodeClient& node,
                                                      const policies::Receipt& receipt,
                                                      const policies::Leaf& leaf);

}  // namespace mnrt::runtime
