#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>

#include "policies/validator_set.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/node_client.hpp"
#include "runtime/cli/paying.hpp"
#include "runtime/cli/wallets.hpp"
#include "runtime/gateway/json.hpp"
#include "runtime/keys/vault.hpp"

// mnrt validator list|bond|unbond|vote
namespace mnrt::runtime {
namespace {

std::size_t count_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_array() ? 0 : found->size();
}

std::string change_in_words(const Json& change) {
  const auto decided = change.find("decided");
  auto line = fmt::format("\nproposed at {}: {} join, {} leave, {} votes{}", number_of(change, "proposed"),
                          count_of(change, "joins"), count_of(change, "leaves"), count_of(change, "votes"),
                          decided != change.end() && decided->is_number()
                              ? fmt::format(", decided at {}", number_of(change, "decided"))
                              : "");
  for (const auto* side : {"joins", "leaves"})
    if (const auto seats = change.find(side); seats != change.end() && seats->is_array())
      for (const auto& seat : *seats)
        if (seat.is_string()) line += fmt::format("\n  {} {}", side, seat.get<std::string>());
  return line;
}

ExitCode list(const Context& context) {
  auto output = context.output();
  auto node = NodeClient::from(context);
  if (!node) return output.failed(node.error());
  auto answer = node->get("/api/v1/validators");
  if (!answer) return output.failed(answer.error());
  auto lines =
      fmt::format("height {}, seats {}, quorum {}, may fail {}", number_of(*answer, "height"),
                  count_of(*answer, "items"), number_of(*answer, "quorum"), number_of(*answer, "faulty_max"));
  const auto items = answer->value("items", Json::array());
  for (const auto& seat : items) {
    const auto bond = policies::amount_from_string(text_of(seat, "bond")).value_or(policies::Amount{});
    lines += fmt::format("\n{}  {} GEN, operated by {}", text_of(seat, "address"), to_decimal(bond),
                         text_of(seat, "operated_by"));
  }
  const auto changes = answer->value("changes", Json::array());
  for (const auto& change : changes) lines += change_in_words(change);
  return output.data(*answer, lines);
}

// --- bond

struct BondOptions {
  PayingOptions paying;
  std::string amount, node, consensus_key, log_key, cosigner_key;
};

/// The public keys of a seat: from the joining node's data directory, or as typed.
std::expected<policies::Validator, Failure> seat_from(const BondOptions& options) {
  policies::Validator seat;
  struct Key {
    FileRole role;
    const std::string& typed;
    policies::PublicKey& key;
  };
  for (const auto& [role, typed, key] : {Key{FileRole::consensus, options.consensus_key, seat.consensus_key},
                                         Key{FileRole::log, options.log_key, seat.log_key},
                                         Key{FileRole::cosigner, options.cosigner_key, seat.cosigner_key}}) {
    if (!typed.empty()) {
      const auto given = public_key_from_hex(typed);
      if (!given)
        return std::unexpected(Failure{
            ExitCode::usage, fmt::format("a public key has 64 hexadecimal characters: {}", typed), ""});
      key = *given;
      continue;
    }
    if (options.node.empty())
      return std::unexpected(Failure{ExitCode::usage,
                                     fmt::format("whose seat? Give --node DIR, the joining node's data "
                                                 "directory, or --{}-key",
                                                 name_of(role)),
                                     ""});
    const auto read = read_public_key(std::filesystem::path{options.node} / "keys", {role, ""});
    if (!read) return std::unexpected(failure_of(read.error()));
    key = *read;
  }
  seat.address = address_of_key(seat.consensus_key);
  return seat;
}

ExitCode bond(const Context& context, const BondOptions& options) {
  auto output = context.output();
  const auto amount = token_amount_from(options.amount);
  if (!amount) return output.failed(amount.error());
  if (amount->token != policies::Token::gen)
    return output.failed({ExitCode::usage, "a bond is of GEN: --amount \"1000 GEN\"", ""});
  const auto seat = seat_from(options);
  if (!seat) return output.failed(seat.error());
  output.progress("seat " + to_bech32m(seat->address));
  const auto operations = [&](const policies::Address& sender) {
    auto operated = *seat;
    operated.operated_by = sender;
    return std::vector<policies::Operation>{policies::Bond{operated, amount->amount}};
  };
  return send_from(context, options.paying, operations, {{"seat", to_bech32m(seat->address)}});
}

// --- unbond

struct UnbondOptions {
  PayingOptions paying;
  std::string seat;
};

std::expected<policies::Address, Failure> seat_address(const std::string& text) {
  if (auto address = policies::address_from_bech32m(text)) return *address;
  return std::unexpected(
      Failure{ExitCode::usage,
              fmt::format("a seat is named by its address, as validator list prints it: {}", text), ""});
}

ExitCode unbond(const Context& context, const UnbondOptions& options) {
  const auto seat = seat_address(options.seat);
  if (!seat) return context.output().failed(seat.error());
  return send_from(context, options.paying, [&](const policies::Address&) {
    return std::vector<policies::Operation>{policies::Unbond{*seat}};
  });
}

// --- vote

struct VoteOptions {
  PayingOptions paying;
  std::vector<std::string> joins, leaves;
  bool two{};
};

std::expected<std::vector<policies::Address>, Failure> seats_from(const std::vector<std::string>& texts) {
  std::set<policies::Address> seats;
  for (const auto& text : texts) {
    const auto seat = seat_address(text);
    if (!seat) return std::unexpected(seat.error());
    seats.insert(*seat);
  }
  return std::vector<policies::Address>{seats.begin(), seats.end()};
}

/// What people should know before they vote: a set of two stops with either of them, and many who join
/// together decide alone.
std::expected<void, Failure> judge(const Context& context, const VoteOptions& options,
                                   const policies::VoteSetChange& vote) {
  auto node = NodeClient::from(context);
  if (!node) return std::unexpected(node.error());
  auto answer = node->get("/api/v1/validators");
  if (!answer) return std::unexpected(answer.error());
  const auto before = count_of(*answer, "items");
  if (vote.leaves.size() >= before + vote.joins.size()) return {};  // the chain says why it is refused
  const auto after = before + vote.joins.size() - vote.leaves.size();
  if (after == 2 && !options.two)
    return std::unexpected(Failure{ExitCode::usage,
                                   "two validators stop as soon as either of them does: let three join at "
                                   "once, or say --two",
                                   ""});
  if (vote.joins.size() >= policies::quorum(after))
    context.output().warning(
        fmt::format("the {} who join are a quorum of {} without those who are there now: together they can "
                    "outvote you",
                    vote.joins.size(), after));
  return {};
}

ExitCode vote(const Context& context, const VoteOptions& options) {
  auto output = context.output();
  auto joins = seats_from(options.joins);
  if (!joins) return output.failed(joins.error());
  auto leaves = seats_from(options.leaves);
  if (!leaves) return output.failed(leaves.error());
  const policies::VoteSetChange change{std::move(*joins), std::move(*leaves)};
  if (change.joins.empty() && change.leaves.empty())
    return output.failed({ExitCode::usage, "who is to join or leave? --join ADDRESS, --leave ADDRESS", ""});
  if (auto judged = judge(context, options, change); !judged) return output.failed(judged.error());
  return send_from(context, options.paying,
                   [&](const policies::Address&) { return std::vector<policies::Operation>{change}; });
}

void add_list(CLI::App& validator, Context& context) {
  auto* command = validator.add_subcommand("list", "The set, what is bonded, and changes that are voted on");
  add_client_options(*command, context);
  add_example(*command, "  mnrt validator list --json");
  command->callback([&context] { context.action = [&context] { return list(context); }; });
}

void add_bond(CLI::App& validator, Context& context) {
  auto options = std::make_shared<BondOptions>();
  auto* command = validator.add_subcommand("bond", "Stakes GEN for a seat, so that it may join");
  command->add_option("--amount", options->amount, "How much")->required()->type_name("\"1000 GEN\"");
  command->add_option("--node", options->node, "The joining node's data directory: its public keys are read")
      ->type_name("DIR");
  command->add_option("--consensus-key", options->consensus_key, "A public key, instead")->type_name("HEX");
  command->add_option("--log-key", options->log_key, "A public key, instead")->type_name("HEX");
  command->add_option("--cosigner-key", options->cosigner_key, "A public key, instead")->type_name("HEX");
  add_paying_options(*command, options->paying, context);
  add_example(*command,
              "  mnrt validator bond --from carol --amount \"1000 GEN\" --node /var/lib/mnrt-2 --wait");
  command->callback(
      [&context, options] { context.action = [&context, options] { return bond(context, *options); }; });
}

void add_unbond(CLI::App& validator, Context& context) {
  auto options = std::make_shared<UnbondOptions>();
  auto* command = validator.add_subcommand(
      "unbond", "Begins the unbonding of a seat outside the set; after its 21 days, pays the bond out");
  command->add_option("--seat", options->seat, "Its address")->required()->type_name("ADDRESS");
  add_paying_options(*command, options->paying, context);
  add_example(*command, "  mnrt validator unbond --from carol --seat mn1… --wait");
  command->callback(
      [&context, options] { context.action = [&context, options] { return unbond(context, *options); }; });
}

void add_vote(CLI::App& validator, Context& context) {
  auto options = std::make_shared<VoteOptions>();
  auto* command = validator.add_subcommand(
      "vote", "Votes with all seats that the wallet operates for a change of the set");
  command->add_option("--join", options->joins, "Seats with a bond")->type_name("ADDRESS");
  command->add_option("--leave", options->leaves, "Seats of the set")->type_name("ADDRESS");
  command->add_flag("--two", options->two, "Also where two validators would be left, who need each other");
  add_paying_options(*command, options->paying, context);
  add_example(*command, "  mnrt validator vote --from owner --join mn1… mn1… mn1… --wait");
  command->callback(
      [&context, options] { context.action = [&context, options] { return vote(context, *options); }; });
}

}  // namespace

void add_validator(CLI::App& app, Context& context) {
  auto* validator = app.add_subcommand("validator", "Seats in the set: who has one, who joins, who leaves");
  validator->require_subcommand(1);
  add_example(*validator, "  mnrt validator list\n  mnrt validator vote --from owner --join mn1… --wait");
  add_list(*validator, context);
  add_bond(*validator, context);
  add_unbond(*validator, context);
  add_vote(*validator, context);
}

}  // namespace mnrt::runtime
