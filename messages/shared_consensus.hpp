#pragma once

#include "messages/consensus.capnp.h"
#include "messages/shared_values.hpp"
#include "messages/strict.hpp"
#include "policies/consensus/messages.hpp"

// What consensus messages and the sign state share. Included by the codecs' sources alone. Readers throw
// `Refused`.
namespace mnrt::messages {

policies::PreparedCertificate read_certificate(wire::PreparedCertificate::Reader reader);
void write_certificate(wire::PreparedCertificate::Builder builder,
                       const policies::PreparedCertificate& certificate);

policies::RoundChange read_round_change(wire::RoundChange::Reader reader);
void write_round_change(wire::RoundChange::Builder builder, const policies::RoundChange& round_change);

/// The block whose canonical bytes a message holds; never null.
std::shared_ptr<const policies::Block> read_block_data(capnp::Data::Reader data);

}  // namespace mnrt::messages
