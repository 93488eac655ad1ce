@0xc79540dbd0afb704;
# What keeps a seat's log and cosigner keys from signing two heads of one size.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

using Values = import "/messages/values.capnp";

struct LogSignState {
  size @0 :UInt64;
  root @1 :Values.Key;
}
