#include "policies/ledger/operations.hpp"
#include "policies/notary/leaf.hpp"
#include "policies/notary/log.hpp"

namespace mnrt::policies {

Refusal apply(const Notarise& operation, OperationContext& context) {
  if (operation.document == Digest{}) return Refusal::document_is_empty;
  const auto text = to_text(Leaf{.origin = context.log_origin,
                                 .document = operation.document,
                                 .label_hash = operation.label_hash,
                                 .transaction = context.transaction.id,
                                 .height = context.block.height,
                                 .time = context.block.time});
  auto& log = context.state.change<LogRow>(log_key());
  context.leaves.push_back({.index = log.size,
                            .document = operation.document,
                            .label_hash = operation.label_hash,
                            .transaction = context.transaction.id});
  append(log, leaf_hash({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  return Refusal::none;
}

}  // namespace mnrt::policies
