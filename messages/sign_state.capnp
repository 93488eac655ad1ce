@0xdc2e4e8afa43b351;
# The one row that keeps a validator from signing twice.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

using Values = import "/messages/values.capnp";
using Consensus = import "/messages/consensus.capnp";
using Blocks = import "/messages/block.capnp";
using Transactions = import "/messages/transaction.capnp";

struct KeyElsewhere {
  first @0 :Transactions.SignedStatement;
  second @1 :Transactions.SignedStatement;
}

struct TwoChains {
  height @0 :UInt64;
  final @1 :Values.Key;
  finalSeals @2 :Blocks.SealSet;
  rival @3 :Values.Key;
  rivalSeals @4 :Blocks.SealSet;
}

struct SignState {
  height @0 :UInt64;
  round @1 :UInt32;
  proposed @2 :Values.Key;  # null: nothing signed for this step
  prepared @3 :Values.Key;
  committed @4 :Values.Key;
  lastRoundChange @5 :Consensus.RoundChange;  # null: none
  certificate @6 :Consensus.PreparedCertificate;  # null: none
  preparedBlock @7 :Data;  # a canonical Block; null: none
  # Why this key signs no more; at most one of the two.
  keyElsewhere @8 :KeyElsewhere;
  twoChains @9 :TwoChains;
}
