@0xe209a61985162a80;
# R.trust: how to get from a trust root to the validators that cosigned a checkpoint.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

using Values = import "/messages/values.capnp";
using Blocks = import "/messages/block.capnp";

struct Trust {
  union {
    genesis @0 :Data;  # a canonical Genesis
    pinned @1 :PinnedStart;
  }
  handovers @2 :List(Handover);  # ascending heights
}

struct PinnedStart {
  header @0 :Data;  # canonical
  nextSet @1 :List(Values.Validator);
}

struct Handover {
  header @0 :Data;  # canonical
  seals @1 :Blocks.SealSet;
  nextSet @2 :List(Values.Validator);
}
