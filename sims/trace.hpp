#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "policies/crypto/hash.hpp"
#include "policies/digest.hpp"
#include "policies/notes.hpp"
#include "policies/time.hpp"

namespace mnrt::sims {

/// A field of a note; empty where it has none of that name.
std::string field_of(const policies::Note& note, std::string_view name);

/// What is noted in a simulated world: every note, with its virtual time, goes into one hash. The same seed
/// gives the same hash, or something in the node depends on what no seed decides.
class Trace {
 public:
  /// `now` gives virtual time; `line`, if any, gets each line as it comes.
  Trace(std::function<policies::Instant()> now, std::function<void(std::string_view)> line);

  void add(std::size_t node, std::string_view role, const policies::Note& note);

  /// Called with each note after it is in the hash: checkers listen here.
  using Listener = std::function<void(std::size_t node, std::string_view role, const policies::Note&)>;
  void listen(Listener listener);
  /// What the world itself does, in the trace among the notes.
  void say(std::string text);

  policies::Digest hash() const { return hash_.finish(); }
  const std::deque<std::string>& last_lines() const { return last_; }
  const std::map<std::string, std::uint64_t, std::less<>>& counts() const { return counts_; }

 private:
  std::function<policies::Instant()> now_;
  std::function<void(std::string_view)> line_;
  Listener listener_;
  policies::Blake3 hash_;
  std::deque<std::string> last_;                              ///< the newest 40
  std::map<std::string, std::uint64_t, std::less<>> counts_;  ///< of notes, by code
};

}  // namespace mnrt::sims
