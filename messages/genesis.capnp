@0xeb1370b53bdd649a;
# What a chain starts from. Its digest is the chain id.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

using Values = import "/messages/values.capnp";
using State = import "/messages/state.capnp";

struct Genesis {
  protocolVersion @0 :UInt32;
  network @1 :Text;
  timeMs @2 :Int64;
  owner @3 :Values.KeyPolicy;
  leaseKey :group { w0 @4 :UInt64; w1 @5 :UInt64; w2 @6 :UInt64; w3 @7 :UInt64; }
  validators @8 :List(Values.Validator);  # sorted by address, distinct, 1 to 100
  accounts @9 :List(Account);  # sorted by address, distinct
  treasury @10 :State.Balances;
  parameters @11 :List(State.ParameterValue);  # one a parameter, by number
  bonds @12 :List(Bond);  # one a validator; null: none has any

  struct Account {
    address :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
    balances @4 :State.Balances;
  }

  struct Bond {
    low @0 :UInt64;
    high @1 :UInt64;
  }
}
