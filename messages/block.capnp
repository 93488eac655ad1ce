@0x9f6da8f229ed0eaa;
# Headers, the seals that make them final, and what stands under them.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

using Values = import "/messages/values.capnp";

struct SealSet {
  round @0 :UInt32;
  signers @1 :List(Bool);  # one a seat, in the order of the set
  signatures @2 :List(Values.Signature);  # one for each true, in that order
}

struct Header {
  protocolVersion @0 :UInt32;
  chainId :group { w0 @1 :UInt64; w1 @2 :UInt64; w2 @3 :UInt64; w3 @4 :UInt64; }
  height @5 :UInt64;
  timeMs @6 :Int64;
  parent :group { w0 @7 :UInt64; w1 @8 :UInt64; w2 @9 :UInt64; w3 @10 :UInt64; }
  proposer :group { w0 @11 :UInt64; w1 @12 :UInt64; w2 @13 :UInt64; w3 @14 :UInt64; }
  transactionRoot :group { w0 @15 :UInt64; w1 @16 :UInt64; w2 @17 :UInt64; w3 @18 :UInt64; }
  outcomeRoot :group { w0 @19 :UInt64; w1 @20 :UInt64; w2 @21 :UInt64; w3 @22 :UInt64; }
  stateRoot :group { w0 @23 :UInt64; w1 @24 :UInt64; w2 @25 :UInt64; w3 @26 :UInt64; }
  logSize @27 :UInt64;
  logRoot :group { w0 @28 :UInt64; w1 @29 :UInt64; w2 @30 :UInt64; w3 @31 :UInt64; }
  nextValidators :group { w0 @32 :UInt64; w1 @33 :UInt64; w2 @34 :UInt64; w3 @35 :UInt64; }
  ownerEpoch @36 :UInt64;
  beta @37 :Data;  # 64 bytes
  betaProof @38 :Data;  # 80 bytes
  parentSeals @39 :SealSet;
}

struct Body {
  transactions @0 :List(Data);  # canonical envelopes
}

struct Block {
  header @0 :Data;  # canonical
  transactions @1 :List(Data);
}

struct SealedHeader {
  header @0 :Data;  # canonical
  seals @1 :SealSet;
  transactions @2 :UInt32;  # how many the block has
}

struct Decision {
  block @0 :Block;
  seals @1 :SealSet;
}

struct Outcome {
  transaction :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  refusal @4 :UInt16;  # 0: success; numbers in docs/formats.md
  operation @5 :UInt16;
  fee :group { low @6 :UInt64; high @7 :UInt64; }
  leaves @8 :List(UInt64);
}

struct TransactionRecord {
  height @0 :UInt64;
  index @1 :UInt32;
  outcome @2 :Outcome;
}
