#pragma once

#include <expected>

#include "messages/decode_error.hpp"
#include "policies/bytes.hpp"
#include "policies/ledger/day_totals.hpp"

namespace mnrt::messages {

/// The row of the table `meta` with the running day's totals. docs/formats.md, Disk.
policies::Bytes meta_day_totals_key();
policies::Bytes encode_day_totals(const policies::DayTotals& totals);
std::expected<policies::DayTotals, DecodeError> decode_day_totals(policies::ByteView bytes);

}  // namespace mnrt::messages
