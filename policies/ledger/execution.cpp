#include "policies/ledger/execution.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

#include "policies/ledger/executor.hpp"
#include "policies/ledger/fees.hpp"

namespace mnrt::policies {

Execution execute(const BlockContext& context,
                  std::span<const std::shared_ptr<const SignedTransaction>> transactions,
                  const StateReader& parent) {
  Executor executor{context, parent};
  for (std::size_t i = 0; i < transactions.size(); ++i) {
    const auto refusal = executor.run(*transactions[i]);
    if (refusal == Refusal::none) continue;
    Execution invalid;
    invalid.invalid = {.index = i, .refusal = refusal};
    if (refusal == Refusal::not_conserving) invalid.breached = executor.breached_by_last();
    return invalid;
  }
  return executor.finish();
}

Assembly assemble(const BlockContext& context,
                  std::span<const std::shared_ptr<const SignedTransaction>> candidates,
                  const StateReader& parent) {
  TransactionList ordered;
  ordered.reserve(candidates.size());
  const auto is_reserved = [](const auto& one) { return is_fee_free(one->body); };
  std::ranges::copy_if(candidates, std::back_inserter(ordered), is_reserved);
  std::ranges::copy_if(candidates, std::back_inserter(ordered), std::not_fn(is_reserved));

  Assembly assembly;
  Executor executor{context, parent};
  for (auto& transaction : ordered) {
    const auto refusal = executor.run(*transaction);
    if (refusal == Refusal::none)
      assembly.transactions.push_back(std::move(transaction));
    else
      assembly.dropped.push_back({.transaction = transaction->id, .refusal = refusal});
  }
  assembly.execution = executor.finish();
  return assembly;
}

}  // namespace mnrt::policies
