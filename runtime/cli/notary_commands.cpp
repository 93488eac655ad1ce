#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "policies/limits.hpp"
#include "policies/notary/text.hpp"
#include "policies/time.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/notarising.hpp"
#include "runtime/cli/printable.hpp"
#include "runtime/cli/receipt_files.hpp"
#include "runtime/cli/trust_root.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

using policies::Digest;
using policies::ReceiptVerdict;

// --- the trust root
// --------------------------------------------------------------------------------------------------

/// --genesis, else the data directory's chain, else nothing.
std::expected<std::optional<Digest>, Failure> root_of(const Context& context, const std::string& genesis) {
  if (!genesis.empty()) {
    const auto digest = digest_as_typed(genesis);
    if (!digest)
      return std::unexpected(
          Failure{ExitCode::usage, "--genesis needs 64 hexadecimal characters, with blake3: or without", ""});
    return *digest;
  }
  auto stored = stored_chain_id(context.data_path());
  if (!stored) return std::unexpected(Failure{ExitCode::failed, stored.error(), ""});
  return *stored;
}

void add_genesis_option(CLI::App& command, std::string& genesis) {
  command
      .add_option("--genesis", genesis,
                  "Trusts this genesis digest, or pinned header's (default: the data directory's chain)")
      ->type_name("DIGEST");
}

// --- notarize
// --------------------------------------------------------------------------------------------------------

struct NotarizeOptions {
  std::vector<std::string> files;
  std::string out;
  std::string label;
  bool wait{};
  bool skips_unreadable{};
};

/// A file as people call it.
std::string called(const std::string& file) {
  return file == "-" ? "standard input" : printable(file);
}

/// `data_dir` as typed: who checks the receipt with the same line needs the same trust root.
std::string notarised_text(const Json& answer, bool beside, const std::string& data_dir) {
  std::string text;
  for (const auto& file : answer["files"]) {
    const auto name = text_of(file, "file");
    if (file.contains("proof"))
      text += fmt::format("{}\n  notarised    {} in block {}\n  receipt      {}, {}\n", called(name),
                          text_of(file, "time"), answer["height"].dump(), printable(text_of(file, "proof")),
                          printable(text_of(file, "trust")));
    else
      text += fmt::format("{}\n  sent; once it is final: mnrt receipt get {} --out {}\n", called(name),
                          text_of(file, "notarization"), shell_word(text_of(file, "receipt")));
  }
  text += "transaction " + text_of(answer, "id");
  const auto& first = answer["files"].front();
  if (!first.contains("proof")) return text;
  const auto name = shell_word(text_of(first, "file"));
  const auto receipt = shell_word(text_of(first, "receipt"));
  return text + fmt::format("\nassurance   {}\ncheck it    mnrt verify {}{}{}", text_of(first, "assurance"),
                            name, beside ? "" : " --receipt " + receipt,
                            data_dir.empty() ? "" : " --data-dir " + shell_word(data_dir));
}

/// Checks what was typed; `left_out` gets what --skip-unreadable leaves out of folders.
std::expected<NotariseOrder, Failure> order_of(const Context& context, const NotarizeOptions& options,
                                               std::vector<std::string>& left_out) {
  NotariseOrder order{.documents = {}, .label = {}, .wait = options.wait, .root = {}};
  if (!options.label.empty()) {
    if (options.label.size() > policies::limits::label_bytes_max || !policies::is_plain_utf8(options.label) ||
        options.label.find('\n') != std::string::npos)
      return std::unexpected(Failure{ExitCode::usage, "--label takes one line of up to 1,024 bytes", ""});
    if (!options.wait)
      return std::unexpected(
          Failure{ExitCode::usage, "--label needs --wait: its salt is kept with the receipt", ""});
    order.label = options.label;
  }
  DocumentChoice choice{.files = {options.files.begin(), options.files.end()},
                        .out = {},
                        .skips_unreadable = options.skips_unreadable};
  if (!options.out.empty()) choice.out = options.out;
  const bool reads_input = std::ranges::find(options.files, "-") != options.files.end();
  if (!choice.out && reads_input && options.wait)
    return std::unexpected(
        Failure{ExitCode::usage, "standard input has no name for its receipt: give one with --out R", ""});
  // What is only sent has no receipt yet: this names it in what is printed.
  if (!choice.out && reads_input) choice.out = std::filesystem::path{"R"};
  auto documents = documents_of(choice);
  if (!documents) return std::unexpected(Failure{ExitCode::failed, documents.error(), "unreadable"});
  order.documents = std::move(documents->documents);
  left_out = std::move(documents->left_out);
  auto root = root_of(context, "");
  if (!root) return std::unexpected(root.error());
  order.root = *root;
  return order;
}

ExitCode notarize(const Context& context, const NotarizeOptions& options) {
  const auto output = context.output();
  std::vector<std::string> left_out;
  const auto order = order_of(context, options, left_out);
  if (!order) return output.failed(order.error());
  for (const auto& name : left_out) output.warning("not notarised: " + name);
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  auto answer = notarise(*node, *order, output);
  if (!answer) return output.failed(answer.error());
  if (!left_out.empty()) (*answer)["left_out"] = left_out;
  return output.data(*answer, notarised_text(*answer, options.out.empty(), context.data_dir));
}

void add_notarize(CLI::App& app, Context& context) {
  auto& command =
      *app.add_subcommand("notarize", "Proves that a file existed: its SHA-256 goes into the chain's log");
  auto options = std::make_shared<NotarizeOptions>();
  command
      .add_option("FILE", options->files, "Files, folders (each file below them), or - for standard input")
      ->required();
  command
      .add_option("--out", options->out,
                  "Names the receipt R, which is R.tlog-proof and R.trust; for several files the folder of "
                  "their receipts (default: beside each file, FILE.tlog-proof and FILE.trust)")
      ->type_name("R");
  command.add_flag("--wait", options->wait, "Until it is final and the receipts are written");
  command.add_flag("--skip-unreadable", options->skips_unreadable,
                   "Leaves out what lies in a folder and can't be notarised, naming it");
  command
      .add_option("--label", options->label,
                  "A note for you: the chain holds only a salted hash of it, R.label the text")
      ->type_name("TEXT");
  add_client_options(command, context);
  add_example(
      command,
      "  mnrt notarize contract.pdf --wait\n"
      "  mnrt notarize contracts/ --out receipts --wait\n"
      "  tar c folder | mnrt notarize - --out folder --wait",
      "A folder stands for the files and links to files below it, without receipts. If anything else lies\n"
      "there (a broken link, a link to a folder, a pipe, a file that you can't read), it is named, nothing "
      "is\n"
      "sent, and the exit code is 1.");
  command.callback(
      [&context, options] { context.action = [&context, options] { return notarize(context, *options); }; });
}

// --- verify
// ----------------------------------------------------------------------------------------------------------

std::string facts_text(const policies::ReceiptFacts& facts) {
  return fmt::format(
      "  notarised    {} in block {}\n"
      "  transaction  blake3:{}\n"
      "  log          leaf {} of {} in {}\n"
      "  cosigned     {} by {} of {} validators, {} needed\n"
      "  assurance    {}\n",
      policies::to_rfc3339(facts.leaf.time), facts.leaf.height.value,
      policies::to_hex(facts.leaf.transaction.bytes), facts.index, facts.head.size, facts.leaf.origin,
      policies::to_rfc3339({static_cast<std::int64_t>(facts.cosigned_unix_seconds) * 1'000}),
      facts.cosignatures, facts.validators, facts.cosignatures_needed, facts.assurance);
}

/// What a verdict says in one line; the name comes first, so that scripts and people find the same word.
std::string verdict_line(const policies::ReceiptCheck& check) {
  auto line = fmt::format("{}: {}", name_of(check.verdict), advice_on(check.verdict));
  if (check.verdict == ReceiptVerdict::malformed)
    line += fmt::format(" (line {}: {})", check.line, check.detail);
  else if (!check.detail.empty())
    line += fmt::format(" ({})", check.detail);
  return line;
}

struct VerifyOptions {
  std::string file;
  std::string receipt;
  std::string genesis;
};

/// Says what was given, not only what was looked for.
std::expected<void, Failure> receipt_is_there(const VerifyOptions& options, const ReceiptPaths& paths) {
  std::error_code error;
  if (std::filesystem::exists(paths.proof, error)) return {};
  const auto text = options.receipt.empty()
                        ? fmt::format("there is no receipt beside {}, no {}; name one with --receipt R",
                                      printable(options.file), printable(paths.proof.string()))
                        : fmt::format(
                              "there is no receipt {}: a receipt R is R.tlog-proof and R.trust, and {} "
                              "isn't there",
                              printable(options.receipt), printable(paths.proof.string()));
  return std::unexpected(Failure{ExitCode::failed, text, "receipt_missing"});
}

ExitCode verify(const Context& context, const VerifyOptions& options) {
  const auto output = context.output();
  const auto root = root_of(context, options.genesis);
  if (!root) return output.failed(root.error());
  if (options.file == "-" && options.receipt.empty())
    return output.failed(
        {ExitCode::usage, "standard input has no receipt beside it: name one with --receipt", ""});
  const auto digest = sha256_of(options.file);
  if (!digest) return output.failed({ExitCode::failed, digest.error(), "unreadable"});
  const auto paths = receipt_paths(options.receipt.empty() ? options.file : options.receipt);
  if (const auto there = receipt_is_there(options, paths); !there) return output.failed(there.error());
  const auto judged = judge_receipt({.paths = paths, .document = *digest, .root = *root});
  if (!judged) return output.failed({ExitCode::failed, judged.error(), "unreadable"});
  const auto& check = judged->check;
  const bool valid = check.verdict == ReceiptVerdict::valid && !judged->label_differs;
  const std::string_view verdict = judged->label_differs && check.verdict == ReceiptVerdict::valid
                                       ? "label_changed"
                                       : name_of(check.verdict);
  Json json{{"valid", valid},
            {"verdict", verdict},
            {"advice", advice_on(check.verdict)},
            {"detail", check.detail},
            {"line", check.line},
            {"trust_root", *root ? Json("blake3:" + policies::to_hex((*root)->bytes)) : Json(nullptr)},
            {"label", judged->label ? Json(judged->label->label) : Json(nullptr)},
            {"facts", check.facts ? json_of(*check.facts) : Json(nullptr)}};
  auto text = (valid ? "valid: " : "refused: ") + called(options.file) + "\n";
  if (check.facts) text += facts_text(*check.facts);
  if (judged->label) text += "  label        " + printable(judged->label->label) + "\n";
  if (*root) text += "  trust root   blake3:" + policies::to_hex((*root)->bytes) + "\n";
  text.pop_back();
  const auto said = output.data(json, text);
  if (valid) return said;
  const auto why = verdict == "label_changed"
                       ? std::string{"label_changed: R.label isn't what was notarised with this document"}
                       : verdict_line(check);
  return output.failed({ExitCode::integrity, why, std::string{verdict}});
}

void add_verify(CLI::App& app, Context& context) {
  auto& command = *app.add_subcommand(
      "verify", "Checks a file against its receipt, offline; exit code 7 if anything was changed");
  auto options = std::make_shared<VerifyOptions>();
  command.add_option("FILE", options->file, "The document, or - for standard input")->required();
  command
      .add_option("--receipt", options->receipt,
                  "R, with R.tlog-proof and R.trust (default: beside the file)")
      ->type_name("R");
  add_genesis_option(command, options->genesis);
  // The option for the node is taken too, so that one set of options serves all commands of a script; nothing
  // is sent.
  add_client_options(command, context);
  add_example(command, "  mnrt verify contract.pdf\n  mnrt verify contract.pdf --receipt R --genesis 5f1a…");
  command.callback(
      [&context, options] { context.action = [&context, options] { return verify(context, *options); }; });
}

// --- trust
// -----------------------------------------------------------------------------------------------------------

struct TrustOptions {
  std::string file;
  std::string genesis;
};

ExitCode trust_policy(const Context& context, const TrustOptions& options) {
  const auto output = context.output();
  const auto root = root_of(context, options.genesis);
  if (!root) return output.failed(root.error());
  const auto text = read_text(receipt_paths(options.file).trust, policies::limits::trust_bytes_max);
  if (!text) return output.failed({ExitCode::failed, text.error(), "unreadable"});
  const auto trust = read_trust(*text);
  if (!trust)
    return output.failed({ExitCode::integrity, options.file + ": " + trust.error(), "trust_malformed"});
  const auto established = establish(*trust, *root);
  if (!established) {
    const auto& [verdict, step] = established.error();
    const bool untrusted =
        verdict == policies::TrustVerdict::no_root || verdict == policies::TrustVerdict::other_root;
    return output.failed(
        {ExitCode::integrity,
         untrusted ? fmt::format(
                         "untrusted: it begins at blake3:{}; give that digest with --genesis if you trust it",
                         policies::to_hex(start_of(*trust).bytes))
                   : fmt::format("hand-over {}: {}", step, name_of(verdict)),
         untrusted ? "untrusted" : "trust_broken"});
  }
  auto policy = tlog_policy(*established);
  const Json json{{"chain_id", "blake3:" + policies::to_hex(established->chain_id.bytes)},
                  {"since", established->since.value},
                  {"validators", established->set.size()},
                  {"policy", policy}};
  policy.pop_back();
  return output.data(json, policy);
}

void add_trust(CLI::App& app, Context& context) {
  auto& group = *app.add_subcommand("trust", "What the trust file of a receipt says")->require_subcommand(1);
  add_example(group, "  mnrt trust policy contract.pdf.trust >policy");
  auto& command =
      *group.add_subcommand("policy", "Writes the validators' keys as a C2SP policy for other tools");
  auto options = std::make_shared<TrustOptions>();
  command.add_option("R.trust", options->file, "The trust file")->required();
  add_genesis_option(command, options->genesis);
  add_data_dir_option(command, context);
  add_json_option(command, context);
  add_example(command, "  mnrt trust policy contract.pdf.trust >policy");
  command.callback([&context, options] {
    context.action = [&context, options] { return trust_policy(context, *options); };
  });
}

// --- receipt
// ---------------------------------------------------------------------------------------------------------

struct ReceiptOptions {
  std::string notarisation;
  std::string receipt;
};

ExitCode keep(const Context& context, const NodeClient& node, const ReceiptOptions& options) {
  const auto output = context.output();
  const auto root = root_of(context, "");
  if (!root) return output.failed(root.error());
  const auto receipt =
      fetch_receipt(node, {.notarisation = options.notarisation, .document = {}, .root = *root});
  if (!receipt) return output.failed(receipt.error());
  const auto paths = receipt_paths(options.receipt);
  if (const auto written = write_receipt(paths, *receipt); !written) return output.failed(written.error());
  Json json{{"notarization", options.notarisation},
            {"proof", paths.proof.string()},
            {"trust", paths.trust.string()}};
  json.update(json_of(receipt->facts));
  return output.data(json, printable(paths.proof.string()) + "\n" + printable(paths.trust.string()));
}

ExitCode get_receipt(const Context& context, const ReceiptOptions& options) {
  const auto node = NodeClient::from(context);
  if (!node) return context.output().failed(node.error());
  return keep(context, *node, options);
}

ExitCode renew_receipt(const Context& context, ReceiptOptions options) {
  const auto output = context.output();
  const auto text = read_text(receipt_paths(options.receipt).proof, policies::limits::receipt_bytes_max);
  if (!text) return output.failed({ExitCode::failed, text.error(), "unreadable"});
  const auto receipt = policies::receipt_from_text(*text);
  const auto leaf = receipt ? policies::leaf_from_text(receipt->leaf) : std::nullopt;
  if (!leaf) return output.failed({ExitCode::integrity, options.receipt + " isn't a receipt", "malformed"});
  const auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  const auto id = find_notarisation(*node, *receipt, *leaf);
  if (!id) return output.failed(id.error());
  options.notarisation = *id;
  return keep(context, *node, options);
}

void add_receipt(CLI::App& app, Context& context) {
  auto& group = *app.add_subcommand("receipt", "Fetches receipts")->require_subcommand(1);
  add_example(group, "  mnrt receipt get 5f1a…-0 --out contract.pdf\n  mnrt receipt renew contract.pdf");
  auto& get = *group.add_subcommand("get", "Fetches the receipt of a notarisation that is final");
  auto options = std::make_shared<ReceiptOptions>();
  get.add_option("ID", options->notarisation, "As notarize printed it")->required();
  get.add_option("--out", options->receipt, "Writes R.tlog-proof and R.trust")->required()->type_name("R");
  add_client_options(get, context);
  add_example(get, "  mnrt receipt get 5f1a…-0 --out contract.pdf");
  get.callback([&context, options] {
    context.action = [&context, options] { return get_receipt(context, *options); };
  });
  auto& renew = *group.add_subcommand("renew", "Fetches a receipt anew, under the validators' keys of today");
  renew.add_option("R", options->receipt, "The receipt")->required();
  add_client_options(renew, context);
  add_example(renew, "  mnrt receipt renew contract.pdf");
  renew.callback([&context, options] {
    context.action = [&context, options] { return renew_receipt(context, *options); };
  });
}

}  // namespace

void add_notary(CLI::App& app, Context& context) {
  add_notarize(app, context);
  add_verify(app, context);
  add_trust(app, context);
  add_receipt(app, context);
}

}  // namespace mnrt::runtime
