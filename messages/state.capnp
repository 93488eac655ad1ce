@0xd534658799223b82;
# The rows of the state. A row's key says which of these its value is.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

using Values = import "/messages/values.capnp";

struct Balances {
  # One amount a token. Upper halves last: they are mostly zero, and trailing zero words are left out.
  gen :group { low @0 :UInt64; high @4 :UInt64; }
  nex :group { low @1 :UInt64; high @5 :UInt64; }
  flx :group { low @2 :UInt64; high @6 :UInt64; }
  aur :group { low @3 :UInt64; high @7 :UInt64; }
}

struct AccountRow {
  nonce @0 :UInt64;
  deposit :group { low @1 :UInt64; high @6 :UInt64; }
  gen :group { low @2 :UInt64; high @7 :UInt64; }
  nex :group { low @3 :UInt64; high @8 :UInt64; }
  flx :group { low @4 :UInt64; high @9 :UInt64; }
  aur :group { low @5 :UInt64; high @10 :UInt64; }
  keys @11 :Values.KeyPolicy;  # null: no transaction yet
}

struct LaneRow {
  nonce @0 :UInt64;
  deposit :group { low @1 :UInt64; high @2 :UInt64; }
}

struct ServiceRow {
  owner :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  kind @4 :Text;
  version @5 :Text;
  endpoints @6 :List(Text);
  labels @7 :List(Text);
  ttlSeconds @8 :UInt32;
  registered @9 :UInt64;
  expiresMs @10 :Int64;
  deposit :group { low @11 :UInt64; high @12 :UInt64; }
}

struct PoolsRow {
  treasury @0 :Balances;
  minted @1 :Balances;
  burned @2 :Balances;
  deposits :group { low @3 :UInt64; high @4 :UInt64; }
  services @5 :UInt64;
  servicesSweptMs @6 :Int64;
  bonds :group { low @7 :UInt64; high @8 :UInt64; }  # GEN
}

struct OwnerRow {
  epoch @0 :UInt64;
  owner :group { w0 @1 :UInt64; w1 @2 :UInt64; w2 @3 :UInt64; w3 @4 :UInt64; }
  leaseKey :group { w0 @5 :UInt64; w1 @6 :UInt64; w2 @7 :UInt64; w3 @8 :UInt64; }
  renewedTimeMs @9 :Int64;
  renewedHeight @10 :UInt64;
  deposed @11 :Bool;
}

struct LogRow {
  size @0 :UInt64;
  frontier @1 :List(Values.Key);  # roots of the complete subtrees, largest first
}

struct ParameterValue {
  value @0 :UInt64;
  lowest @1 :UInt64;
  highest @2 :UInt64;
}

struct ParametersRow {
  values @0 :List(ParameterValue);  # one a parameter, by number
  pending @1 :List(Pending);  # sorted by height, then parameter

  struct Pending {
    effective @0 :UInt64;
    value @1 :UInt64;
    parameter @2 :UInt16;
  }
}

struct ParameterHistoryRow {
  value @0 :UInt64;
}

struct WithdrawalsRow {
  entries @0 :List(Entry);  # oldest first, at most 64

  struct Entry {
    to :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
    askedMs @4 :Int64;
    amount :group { low @5 :UInt64; high @8 :UInt64; }
    token @6 :Values.Token;
    paid @7 :Bool;
  }
}

struct ExpiryRow {
  services @0 :List(Text);  # ids, sorted, distinct, not empty
}

struct BondRow {
  seat @0 :Values.Validator;
  amount :group { low @1 :UInt64; high @2 :UInt64; }  # GEN
  deposit :group { low @3 :UInt64; high @4 :UInt64; }
  bonded @5 :UInt64;
  ready @6 :UInt64;
  readyBlocks @7 :UInt64;
  leaves @8 :Bool;
  unbondingMs @9 :Int64;  # 0 unless it leaves
}

struct OffenceRow {
  reporter :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  reported @4 :UInt64;
  penalty :group { low @5 :UInt64; high @6 :UInt64; }
}

struct ReporterRow {
  commitment :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  committed @4 :UInt64;
  deposit :group { low @5 :UInt64; high @6 :UInt64; }
}

struct EvidenceRow {
  seats @0 :UInt64;
  entries @1 :List(Entry);  # in order of report, at most 2,048

  struct Entry {
    offender :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
    reporter :group { w0 @4 :UInt64; w1 @5 :UInt64; w2 @6 :UInt64; w3 @7 :UInt64; }
    reported @8 :UInt64;
    bond :group { low @9 :UInt64; high @11 :UInt64; }
    taken :group { low @10 :UInt64; high @12 :UInt64; }
  }
}

struct SetChangeRow {
  removals @0 :List(Removal);  # sorted by seat, distinct
  proposals @1 :List(Proposal);  # oldest first, at most 16

  struct Removal {
    seat :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
    decided @4 :UInt64;
  }

  struct Proposal {
    joins @0 :List(Values.Key);  # seats, sorted, distinct
    leaves @1 :List(Values.Key);  # as well
    proposed @2 :UInt64;
    votes @3 :List(Values.Key);  # as well
    isDecided @4 :Bool;
    decided @5 :UInt64;  # 0 unless decided
  }
}

struct SealingSetRow {
  validators @0 :List(Values.Validator);
}

struct UpgradeRow {
  version @0 :UInt32;
  proposals @1 :List(Proposal);  # sorted by version, then height; at most 100

  struct Proposal {
    version @0 :UInt32;
    decided @1 :Bool;
    height @2 :UInt64;
    votes @3 :List(Values.Key);  # seats, sorted, distinct
  }
}
