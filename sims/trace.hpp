#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "actors/ports.hpp"
#include "policies/crypto/hash.hpp"
#include "policies/digest.hpp"

namespace mnrt::sims {

/// The Notes port of a simulated world: every note, with its virtual time, goes into one hash. The same seed
/// gives the same hash, or something in the node depends on what no seed decides.
class Trace final : public actors::Notes {
 public:
  /// `now` gives virtual time; `line`, if any, gets each line as it comes.
  Trace(std::function<policies::Instant()> now, std::function<void(std::string_view)> line);

  void add(std::string_view role, const policies::Note& note) override;

  /// Called with each note after it is in the hash: checkers listen here.
  void listen(std::function<void(std::string_view role, const policies::Note&)> listener);

  policies::Digest hash() const { return hash_.finish(); }
  const std::deque<std::string>& last_lines() const { return last_; }
  const std::map<std::string, std::uint64_t, std::less<>>& counts() const { return counts_; }

 private:
  std::function<policies::Instant()> now_;
  std::function<void(std::string_view)> line_;
  std::function<void(std::string_view, const policies::Note&)> listener_;
  policies::Blake3 hash_;
  std::deque<std::string> last_;                              ///< the newest 40
  std::map<std::string, std::uint64_t, std::less<>> counts_;  ///< of notes, by code
};

}  // namespace mnrt::sims
