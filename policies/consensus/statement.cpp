#include "policies/consensus/statement.hpp"

namespace mnrt::policies {
namespace {

using Kind = Statement::Kind;

bool hides(const Statement& change, const Statement& commit) {
  if (change.round <= commit.round) return false;
  if (!change.prepared || change.prepared->round < commit.round) return true;
  return change.prepared->round == commit.round && change.prepared->digest != commit.digest;
}

}  // namespace

bool contradict(const Statement& a, const Statement& b) {
  if (a.height != b.height) return false;
  if (a.kind == b.kind) {
    const bool differ = a.kind == Kind::round_change ? a.prepared != b.prepared : a.digest != b.digest;
    return a.round == b.round && differ;
  }
  if (a.kind == Kind::round_change && b.kind == Kind::commit) return hides(a, b);
  if (a.kind == Kind::commit && b.kind == Kind::round_change) return hides(b, a);
  return false;
}

}  // namespace mnrt::policies
