@0xd2c1f53d0a7be6f1;
# What nodes of different owners say to each other: one envelope a frame.

using Cxx = import "/capnp/c++.capnp";
using Transaction = import "/messages/transaction.capnp";
$Cxx.namespace("mnrt::messages::wire");

struct BlockAsked {
  # A block of the height that is being decided, by digest.
  height @0 :UInt64;
  digest :group { w0 @1 :UInt64; w1 @2 :UInt64; w2 @3 :UInt64; w3 @4 :UInt64; }
}

struct FinalAsked {
  # Final blocks from a height on.
  from @0 :UInt64;
  count @1 :UInt32;
}

struct FinalFound {
  decisions @0 :List(Data);  # canonical Decisions, ascending; none: the peer hasn't the first
}

struct PeerStatus {
  tip @0 :UInt64;  # the last final height
  digest :group { w0 @1 :UInt64; w1 @2 :UInt64; w2 @3 :UInt64; w3 @4 :UInt64; }  # of its block
}

struct Heard {
  # What a validator said, as it came to the sender.
  signer :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  said @4 :Transaction.SignedStatement;
}

struct PeerMessage {
  union {
    consensus @0 :Data;  # a canonical ConsensusMessage
    transactions @1 :List(Data);  # canonical envelopes
    blockAsked @2 :BlockAsked;
    blockFound @3 :Data;  # a canonical Block
    finalAsked @4 :FinalAsked;
    finalFound @5 :FinalFound;
    status @6 :PeerStatus;
    heard @7 :List(Heard);
  }
}
