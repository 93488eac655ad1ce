@0x9e8a8d51d3e1c92c;
# What a day of block time brought: kept beside the chain for the treasury's figures.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

using State = import "/messages/state.capnp";

struct DayTotals {
  day @0 :UInt64;
  transactions @1 :UInt64;
  collected @2 :State.Balances;
}
