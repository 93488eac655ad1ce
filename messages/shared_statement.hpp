#pragma once

#include "messages/transaction.capnp.h"
#include "policies/consensus/statement.hpp"

// What a validator said, in transactions and between nodes. Included by the codecs' sources alone. Readers
// throw `Refused`.
namespace mnrt::messages {

policies::SignedStatement read_statement(bool present, wire::SignedStatement::Reader reader);
void write_statement(wire::SignedStatement::Builder builder, const policies::SignedStatement& statement);

}  // namespace mnrt::messages
