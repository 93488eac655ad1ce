#include "runtime/cli/bench/fill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "messages/transaction_codec.hpp"
#include "policies/limits.hpp"
#include "runtime/cli/wallets.hpp"
#include "runtime/gateway/batch.hpp"

namespace mnrt::runtime {
namespace {

namespace limits = policies::limits;
using policies::Operation;

/// So many of the largest fit a request, with the four bytes before each.
constexpr std::size_t frames_in_a_request = limits::batch_bytes_max / (limits::transaction_bytes_max + 4);

policies::SignedTransaction signed_by(const LoadAccounts& accounts, std::size_t sender, std::uint64_t nonce,
                                      const LoadTerms& terms, std::vector<Operation> operations) {
  policies::Transaction body;
  body.chain_id = terms.chain_id;
  body.sender = accounts.address(sender);
  body.nonce = nonce;
  body.fee_limit = {10 * terms.fee_limit.units};  // a thousandth of an FLX
  body.expiry = {limits::expiry_blocks_max};
  body.operations = std::move(operations);
  return *messages::sign_transaction(body, {&accounts.key(sender), 1});
}

std::size_t bytes_of(const std::vector<Operation>& operations) {
  static const LoadAccounts one{1};
  policies::Transaction body;
  body.sender = one.address(0);
  body.fee_limit = body.priority = {1};
  body.operations = operations;
  return messages::sign_transaction(body, {&one.key(0), 1})->bytes();
}

/// Each of its operations one more, as long as the whole is no larger than allowed.
template <class Next>
void add_while_it_fits(std::vector<Operation>& operations, Next next) {
  while (operations.size() < limits::operations_max) {
    auto operation = next();
    if (!operation) return;
    operations.push_back(std::move(*operation));
    if (bytes_of(operations) > limits::transaction_bytes_max) return operations.pop_back();
  }
}

std::uint64_t services_in(const std::vector<Operation>& operations) {
  return static_cast<std::uint64_t>(std::ranges::count_if(operations, [](const Operation& one) {
    return std::holds_alternative<policies::RegisterService>(one);
  }));
}

/// Each transaction is one account's first.
std::expected<void, std::string> register_services(const ApiClient& client, const LoadAccounts& accounts,
                                                   const LoadTerms& terms, std::uint64_t count) {
  std::uint64_t registered = 0;
  for (std::size_t sender = 0; registered < count;) {
    Batch batch;
    while (registered < count && batch.transactions < frames_in_a_request) {
      auto operations = largest_operations(registered, count);
      registered += services_in(operations);
      append_frame(batch.body, *signed_by(accounts, sender++, 0, terms, std::move(operations)).frame);
      ++batch.transactions;
    }
    if (auto outcome = settle(client, batch, [] { return true; }); !outcome)
      return std::unexpected(outcome.error());
  }
  return {};
}

/// What the senders count together.
class Count {
 public:
  void add(const ApiResponse& response, std::size_t sent) {
    std::lock_guard lock(mutex_);
    if (response.status != 200) {
      auto problem = Json::parse(response.body, nullptr, false);
      const auto code = text_of(problem, "code");
      refused_[code.empty() ? fmt::format("http_{}", response.status) : code] += sent;
      return;
    }
    for (const auto& report : reports_from(response.body)) {
      if (report.refusal == policies::Refusal::none || report.height)
        ++accepted_;
      else
        ++refused_[std::string{policies::name_of(report.refusal)}];
    }
  }
  void give_up(const std::string& why) {
    std::lock_guard lock(mutex_);
    if (trouble_.empty()) trouble_ = why;
  }
  bool gave_up() const {
    std::lock_guard lock(mutex_);
    return !trouble_.empty();
  }
  std::expected<void, Failure> result(Filled& filled) const {
    if (!trouble_.empty()) return std::unexpected(Failure{ExitCode::failed, trouble_, ""});
    filled.accepted = accepted_;
    filled.refused = refused_;
    return {};
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t accepted_{};
  std::map<std::string, std::uint64_t> refused_;
  std::string trouble_;
};

}  // namespace

policies::RegisterService largest_service(std::uint64_t number) {
  policies::RegisterService service{.id = fmt::format("{:0>{}}", number, limits::service_id_bytes_max),
                                    .kind = std::string(limits::service_kind_bytes_max, 'k'),
                                    .version = std::string(limits::service_version_bytes_max, '1'),
                                    .endpoints = {},
                                    .labels = {},
                                    .ttl_seconds = 300};
  const auto padded = [](std::string text, std::size_t bytes) {
    text.resize(bytes, 'x');
    return text;
  };
  for (std::size_t i = 0; i < limits::service_endpoints_max; ++i)
    service.endpoints.push_back(padded(fmt::format("http://127.0.0.1:1/{}", i), limits::endpoint_bytes_max));
  for (std::size_t i = 0; i < limits::service_labels_max; ++i)
    service.labels.push_back(padded(fmt::format("label-{}=", i), limits::service_label_bytes_max));
  return service;
}

std::vector<Operation> largest_operations(std::uint64_t first, std::uint64_t end) {
  std::vector<Operation> operations;
  add_while_it_fits(operations, [&]() -> std::optional<Operation> {
    if (first >= end) return std::nullopt;
    return largest_service(first++);
  });
  add_while_it_fits(operations, [&]() -> std::optional<Operation> {
    policies::Notarise leaf;
    leaf.document.bytes.fill(static_cast<std::uint8_t>(operations.size() + 1));
    return leaf;
  });
  return operations;
}

std::expected<Filled, Failure> fill(const NodeClient& node, const policies::SigningKey& owner,
                                    const FillOptions& options, const Output& output) {
  const auto terms = load_terms(node);
  if (!terms) return std::unexpected(terms.error());
  auto account = node.get("/api/v1/accounts/" + policies::to_bech32m(address_of_key(owner.public_key())));
  if (!account) return std::unexpected(account.error());
  if (number_of(*account, "next_nonce") != 0)
    return std::unexpected(Failure{
        ExitCode::failed, "the owner's wallet has sent before: this is for a chain that just began", ""});

  const auto operations = largest_operations(0, limits::operations_max);
  const std::size_t registrars = (options.services + services_in(operations) - 1) / services_in(operations);
  const std::size_t senders = (options.transactions + frames_in_a_request - 1) / frames_in_a_request;
  const LoadAccounts accounts(registrars + senders);
  if (auto funded = fund(node.client(), owner, accounts, *terms, output); !funded)
    return std::unexpected(funded.error());
  if (auto done = register_services(node.client(), accounts, *terms, options.services); !done)
    return std::unexpected(Failure{ExitCode::failed, done.error(), ""});
  output.progress(fmt::format("{} services are registered", options.services));

  Count count;
  std::atomic<std::size_t> next{0};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < options.in_flight; ++i)
      threads.emplace_back([&] {
        for (std::size_t sender = next++; sender < senders && !count.gave_up(); sender = next++) {
          Batch batch;
          const auto left = options.transactions - sender * frames_in_a_request;
          for (; batch.transactions < std::min<std::uint64_t>(left, frames_in_a_request);
               ++batch.transactions)
            append_frame(
                batch.body,
                *signed_by(accounts, registrars + sender, batch.transactions, *terms, operations).frame);
          const auto answer = node.client().call(batch_request(batch.body, {}));
          if (!answer) return count.give_up(answer.error().text);
          count.add(*answer, batch.transactions);
        }
      });
  }
  Filled filled{.services = options.services, .transaction_bytes = bytes_of(operations), .refused = {}};
  if (auto counted = count.result(filled); !counted) return std::unexpected(counted.error());
  return filled;
}

}  // namespace mnrt::runtime
