#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "policies/digest.hpp"
#include "policies/notary/leaf.hpp"
#include "policies/notary/receipt.hpp"

// The files around a receipt: documents in, R.tlog-proof, R.trust and R.label out.
namespace mnrt::runtime {

/// A receipt R is two files, and a third where the notarisation has a label.
struct ReceiptPaths {
  std::filesystem::path proof;  ///< R.tlog-proof
  std::filesystem::path trust;  ///< R.trust
  std::filesystem::path label;  ///< R.label
};

/// R as users name it: with or without one of the three endings.
ReceiptPaths receipt_paths(const std::filesystem::path& receipt);

/// A document and where its receipt goes.
struct Document {
  std::filesystem::path file;     ///< `-`: standard input
  std::filesystem::path receipt;  ///< R
};

struct DocumentChoice {
  std::vector<std::filesystem::path> files;  ///< files, folders, `-`
  std::optional<std::filesystem::path> out;  ///< R for one file, else (or if it is a folder) where all go
  bool skips_unreadable{};                   ///< leaves out what lies in a folder and can't be read
};

struct Documents {
  std::vector<Document> documents;
  std::vector<std::string> left_out;  ///< with why, printable; only where unreadable files may be skipped
};

/// The documents that a command line names, in its order; a folder stands for the files and links to files
/// below it, sorted, without receipts that lie among them. Without `out` a receipt goes beside its document.
/// An error where a file is missing, something in a folder can't be read (a broken link, a link to a folder,
/// a pipe, a file of others), nothing is left, two receipts would get one name, or standard input has no
/// `out`.
std::expected<Documents, std::string> documents_of(const DocumentChoice& choice);

/// SHA-256 of a file, or of standard input for `-`, in constant memory. A pipe, a folder or a device is an
/// error, at once: nobody may ever write into it.
std::expected<policies::Digest, std::string> sha256_of(const std::filesystem::path& file);

/// The whole text of a regular file of at most `bytes_max`.
std::expected<std::string, std::string> read_text(const std::filesystem::path& file, std::size_t bytes_max);

/// Replaces a file as a whole: readers see the old text or the new one. Makes its folders.
std::expected<void, std::string> write_text(const std::filesystem::path& file, const std::string& text);

/// Whether a file of this name could be written: makes its folders, and the error says what stands in the
/// way.
std::expected<void, std::string> can_write(const std::filesystem::path& file);

/// A receipt judged with the files that lie beside it.
struct JudgedReceipt {
  policies::ReceiptCheck check;
  std::optional<policies::SaltedLabel> label;  ///< of R.label, where it fits the leaf
  bool label_differs{};                        ///< R.label is there and isn't the leaf's
};

struct JudgeRequest {
  ReceiptPaths paths;
  policies::Digest document;             ///< SHA-256
  std::optional<policies::Digest> root;  ///< genesis digest, or digest of a pinned header
};

/// Reads R and checks it offline. An error only where R.tlog-proof can't be read at all; an unreadable
/// R.trust is a verdict.
std::expected<JudgedReceipt, std::string> judge_receipt(const JudgeRequest& request);

/// R.trust as a value; the error says which line, or what in its frame.
std::expected<policies::Trust, std::string> read_trust(const std::string& text);

}  // namespace mnrt::runtime
