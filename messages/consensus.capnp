@0x87db18a62eb6985e;
# QBFT: what is signed, and the messages that carry it.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

struct Vote {
  # Signed for Proposal, Prepare and Commit, under a domain each; and what a Prepare or Commit says.
  height @0 :UInt64;
  round @1 :UInt32;
  digest :group { w0 @2 :UInt64; w1 @3 :UInt64; w2 @4 :UInt64; w3 @5 :UInt64; }
}

struct RoundChangeClaim {
  # Signed for RoundChange.
  height @0 :UInt64;
  round @1 :UInt32;
  prepared @2 :Prepared;  # null: nothing prepared
}

struct Prepared {
  round @0 :UInt32;
  digest :group { w0 @1 :UInt64; w1 @2 :UInt64; w2 @3 :UInt64; w3 @4 :UInt64; }
}

struct SignedPrepare {
  height @0 :UInt64;
  round @1 :UInt32;
  digest :group { w0 @2 :UInt64; w1 @3 :UInt64; w2 @4 :UInt64; w3 @5 :UInt64; }
  signer :group { w0 @6 :UInt64; w1 @7 :UInt64; w2 @8 :UInt64; w3 @9 :UInt64; }
  signature :group {
    w0 @10 :UInt64; w1 @11 :UInt64; w2 @12 :UInt64; w3 @13 :UInt64;
    w4 @14 :UInt64; w5 @15 :UInt64; w6 @16 :UInt64; w7 @17 :UInt64;
  }
}

struct PreparedCertificate {
  round @0 :UInt32;
  digest :group { w0 @1 :UInt64; w1 @2 :UInt64; w2 @3 :UInt64; w3 @4 :UInt64; }
  prepares @5 :List(SignedPrepare);  # sorted by signer, distinct
}

struct RoundChange {
  height @0 :UInt64;
  round @1 :UInt32;
  prepared @2 :PreparedCertificate;  # null: nothing prepared
}

struct SignedRoundChange {
  roundChange @0 :RoundChange;
  signer :group { w0 @1 :UInt64; w1 @2 :UInt64; w2 @3 :UInt64; w3 @4 :UInt64; }
  signature :group {
    w0 @5 :UInt64; w1 @6 :UInt64; w2 @7 :UInt64; w3 @8 :UInt64;
    w4 @9 :UInt64; w5 @10 :UInt64; w6 @11 :UInt64; w7 @12 :UInt64;
  }
}

struct Proposal {
  height @0 :UInt64;
  round @1 :UInt32;
  block @2 :Data;  # a canonical Block
  justification @3 :List(SignedRoundChange);  # sorted by signer, distinct
}

struct ConsensusMessage {
  signer :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  signature :group {
    w0 @4 :UInt64; w1 @5 :UInt64; w2 @6 :UInt64; w3 @7 :UInt64;
    w4 @8 :UInt64; w5 @9 :UInt64; w6 @10 :UInt64; w7 @11 :UInt64;
  }
  union {
    proposal @12 :Proposal;
    prepare @13 :Vote;
    commit @14 :Vote;
    roundChange @15 :RoundChange;
  }
}
