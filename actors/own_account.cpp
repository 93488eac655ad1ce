#include "actors/own_account.hpp"

#include <span>
#include <stdexcept>
#include <utility>

#include "actors/damage.hpp"
#include "messages/transaction_codec.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/ledger/fees.hpp"

namespace mnrt::actors {
namespace {

std::shared_ptr<const policies::SignedTransaction> signed_by(const Signer& signer, KeyRole role,
                                                             const policies::Transaction& body) {
  const auto bytes = messages::encode_body(body);
  const auto message = policies::signing_bytes(policies::Domain::transaction, body.chain_id, bytes);
  const policies::KeySignature signature{signer.public_key(role), signer.sign(role, message)};
  auto decoded = messages::decode_transaction(messages::encode_envelope(bytes, std::span{&signature, 1}));
  if (!decoded)
    throw std::runtime_error("the node's own transaction is malformed: " +
                             std::string{name_of(decoded.error())});
  return *decoded;
}

}  // namespace

policies::Address own_address(const Signer& signer, KeyRole role) {
  return policies::address_of(policies::single_key(signer.public_key(role)));
}

std::shared_ptr<const policies::SignedTransaction> own_transaction(
    const LedgerView& ledger, const Signer& signer, const policies::Digest& chain_id, const OwnSender& sender,
    std::vector<policies::Operation> operations) {
  const auto tip = ledger.tip();
  const auto parameters = ledger.row(policies::parameters_key());
  if (!tip) throw_error(tip.error());
  if (!parameters) throw_error(parameters.error());
  if (!*tip || !*parameters) throw std::runtime_error("the store shows no chain");
  policies::Transaction body;
  body.chain_id = chain_id;
  body.sender = own_address(signer, sender.role);
  body.lane = sender.lane;
  body.nonce = sender.nonce;
  body.expiry = **tip + sender.expiry_blocks;
  body.operations = std::move(operations);
  if (sender.fee_free) return signed_by(signer, sender.role, body);
  // A zero would shorten the canonical frame; any other limit of one word leaves its length as it is.
  body.fee_limit = {policies::whole_ppb};
  const auto needed = policies::fee_needed(*signed_by(signer, sender.role, body),
                                           std::get<policies::ParametersRow>(**parameters).values);
  if (!needed) throw Damaged{"the base fee is out of range: restore a backup of the data directory"};
  body.fee_limit = *needed;
  return signed_by(signer, sender.role, body);
}

}  // namespace mnrt::actors
