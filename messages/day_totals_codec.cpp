#include "messages/day_totals_codec.hpp"

#include <string_view>

#include "messages/day_totals.capnp.h"
#include "messages/shared_values.hpp"

namespace mnrt::messages {

policies::Bytes meta_day_totals_key() {
  constexpr std::string_view name = "day";
  return {name.begin(), name.end()};
}

policies::Bytes encode_day_totals(const policies::DayTotals& totals) {
  return encode_with<wire::DayTotals>([&](wire::DayTotals::Builder builder) {
    builder.setDay(totals.day);
    builder.setTransactions(totals.transactions);
    write_balances(builder.initCollected(), totals.collected);
  });
}

std::expected<policies::DayTotals, DecodeError> decode_day_totals(policies::ByteView bytes) {
  return decode_with<wire::DayTotals>(bytes, 512, [](wire::DayTotals::Reader reader) -> policies::DayTotals {
    require_known(reader);
    require(reader.hasCollected(), DecodeError::missing_field);
    return {reader.getDay(), reader.getTransactions(), read_balances(reader.getCollected())};
  });
}

}  // namespace mnrt::messages
