@0xe1aa3060edb40de5;
# What several schemas share. docs/formats.md says how each value is written.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mnrt::messages::wire");

struct Key {
  # 32 bytes: a public key, a digest or an address. w0 holds bytes 0 to 7 in little-endian order, and so on, so that
  # the bytes stand on the wire as they are.
  w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64;
}

struct Signature {
  # 64 bytes, as above.
  w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64;
  w4 @4 :UInt64; w5 @5 :UInt64; w6 @6 :UInt64; w7 @7 :UInt64;
}

enum Token {
  gen @0;
  nex @1;
  flx @2;
  aur @3;
}

struct KeyPolicy {
  threshold @0 :UInt64;
  keys @1 :List(Key);  # sorted, distinct, 1 to 16
}

struct Validator {
  address :group { w0 @0 :UInt64; w1 @1 :UInt64; w2 @2 :UInt64; w3 @3 :UInt64; }
  operatedBy :group { w0 @4 :UInt64; w1 @5 :UInt64; w2 @6 :UInt64; w3 @7 :UInt64; }
  consensusKey :group { w0 @8 :UInt64; w1 @9 :UInt64; w2 @10 :UInt64; w3 @11 :UInt64; }
  logKey :group { w0 @12 :UInt64; w1 @13 :UInt64; w2 @14 :UInt64; w3 @15 :UInt64; }
  cosignerKey :group { w0 @16 :UInt64; w1 @17 :UInt64; w2 @18 :UInt64; w3 @19 :UInt64; }
  tsaCertificate :group { w0 @20 :UInt64; w1 @21 :UInt64; w2 @22 :UInt64; w3 @23 :UInt64; }
}

struct ValidatorSet {
  validators @0 :List(Validator);  # sorted by address, distinct, at most 100
}
