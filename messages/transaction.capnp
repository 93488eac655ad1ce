@0x9041604f66fe720c;
# A transaction: the body that is hashed and signed, and the envelope that carries it.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

using Values = import "/messages/values.capnp";
using Consensus = import "/messages/consensus.capnp";

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
    commitEvidence @9 :CommitEvidence;
    reportEvidence @10 :ReportEvidence;
    bond @11 :Bond;
    unbond @12 :Unbond;
    ready @13 :Ready;
    voteSetChange @14 :VoteSetChange;
    upgrade @15 :Upgrade;
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

struct CommitEvidence {
  commitment :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
}

struct ReportEvidence {
  offender :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }  # its seat
  key :group { w0 @4 :UInt64; w1 @5 :UInt64; w2 @6 :UInt64; w3 @7 :UInt64; }  # both signatures are by it
  salt :group { w0 @8 :UInt64; w1 @9 :UInt64; w2 @10 :UInt64; w3 @11 :UInt64; }  # zeros: no commitment
  first @12 :SignedStatement;
  second @13 :SignedStatement;
}

struct SignedStatement {
  # What a consensus message says, as far as its signature covers it.
  kind @0 :Kind;
  round @1 :UInt32;
  height @2 :UInt64;
  digest :group { w0 @3 :UInt64; w1 @4 :UInt64; w2 @5 :UInt64; w3 @6 :UInt64; }  # zeros in a round change
  signature :group {
    w0 @7 :UInt64; w1 @8 :UInt64; w2 @9 :UInt64; w3 @10 :UInt64;
    w4 @11 :UInt64; w5 @12 :UInt64; w6 @13 :UInt64; w7 @14 :UInt64;
  }
  prepared @15 :Consensus.Prepared;  # of a round change alone; null: nothing prepared

  enum Kind {
    proposal @0;
    prepare @1;
    commit @2;
    roundChange @3;
  }
}

struct Bond {
  seat @0 :Values.Validator;
  amount :group { low @1 :UInt64; high @2 :UInt64; }  # GEN
}

struct Unbond {
  seat :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
}

struct Ready {
  final @0 :UInt64;  # the last final height that the seat holds
}

struct VoteSetChange {
  joins @0 :List(Values.Key);  # seats, sorted, distinct
  leaves @1 :List(Values.Key);  # as well
}

struct Upgrade {
  version @0 :UInt32;
  height @1 :UInt64;
}
