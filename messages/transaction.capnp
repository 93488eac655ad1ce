@0x9041604f66fe720c;
# A transaction: the body that is hashed and signed, and the envelope that carries it.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

using Values = import "/messages/values.capnp";

struct Envelope {
  # The frame. First the body: its bytes begin at byte 24 of every frame.
  body @0 :Data;  # a canonical Transaction
  signatures @1 :List(KeySignature);  # sorted by key, distinct, 1 to 16
}

struct KeySignature {
  key :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  signature :group {
    w0 @4 :UInt64; w1 @5 :UInt64; w2 @6 :UInt64; w3 @7 :UInt64;
    w4 @8 :UInt64; w5 @9 :UInt64; w6 @10 :UInt64; w7 @11 :UInt64;
  }
}

struct Transaction {
  # The upper halves of the amounts come last: they are mostly zero, and the canonical form leaves trailing zero words
  # out.
  protocolVersion @0 :UInt32;
  lane @1 :UInt32;
  nonce @2 :UInt64;
  expiry @3 :UInt64;
  chainId :group { w0 @4 :UInt64; w1 @5 :UInt64; w2 @6 :UInt64; w3 @7 :UInt64; }
  sender :group { w0 @8 :UInt64; w1 @9 :UInt64; w2 @10 :UInt64; w3 @11 :UInt64; }
  feeLimit :group { low @12 :UInt64; high @14 :UInt64; }
  priority :group { low @13 :UInt64; high @15 :UInt64; }
  operations @16 :List(Operation);  # 1 to 64
  openingPolicy @17 :Values.KeyPolicy;  # null: none
}

struct Operation {
  # Grows by new members; a number that a protocol version doesn't know is refused.
  union {
    transfer @0 :Transfer;
    notarise @1 :Notarise;
    registerService @2 :RegisterService;
    renewService @3 :RenewService;
    removeService @4 :RemoveService;
    renewLease @5 :RenewLease;
    withdrawTreasury @6 :WithdrawTreasury;
    changeParameter @7 :ChangeParameter;
    changeKeys @8 :Values.KeyPolicy;
  }
}

struct Transfer {
  to :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  amount :group { low @4 :UInt64; high @6 :UInt64; }
  token @5 :Values.Token;
}

struct Notarise {
  document :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  labelHash :group { w0 @4 :UInt64; w1 @5 :UInt64; w2 @6 :UInt64; w3 @7 :UInt64; }  # zeros: no label
}

struct RegisterService {
  id @0 :Text;
  kind @1 :Text;
  version @2 :Text;
  endpoints @3 :List(Text);
  labels @4 :List(Text);
  ttlSeconds @5 :UInt32;
}

struct RenewService {
  id @0 :Text;
}

struct RemoveService {
  id @0 :Text;
}

struct RenewLease {
  epoch @0 :UInt64;
}

struct WithdrawTreasury {
  epoch @0 :UInt64;
  to :group { w0 @1 :UInt64; w1 @2 :UInt64; w2 @3 :UInt64; w3 @4 :UInt64; }
  amount :group { low @5 :UInt64; high @7 :UInt64; }
  token @6 :Values.Token;
}

struct ChangeParameter {
  epoch @0 :UInt64;
  parameter @1 :UInt16;  # its number in the parameter table
  value @2 :UInt64;
}
