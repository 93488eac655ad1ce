#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policies/consensus/heard_book.hpp"
#include "policies/ledger/genesis.hpp"
#include "sims/network.hpp"

namespace mnrt::sims {

/// Listens to what reaches honest nodes about the height that each decides, to know what they could find out
/// together: who told them two things that no honest validator says both. An own book, beside the nodes'.
class Listeners {
 public:
  /// `final_height` of a node; listens at those that aren't `dishonest`. The set must stay that of genesis.
  Listeners(const policies::Genesis& genesis, Network& network, const std::vector<bool>& dishonest,
            std::function<std::uint64_t(std::size_t node)> final_height);
  ~Listeners();

  /// Whose contradictions reached honest nodes, as notes write it, and at which height first: those found out
  /// lose their seats later.
  const std::map<std::string, std::uint64_t>& contradictory() const { return contradictory_; }

 private:
  class Ear;
  void hear(std::size_t node, const policies::Bytes& frame);

  policies::Digest chain_id_;
  policies::ValidatorSet set_;
  std::function<std::uint64_t(std::size_t)> final_height_;
  std::map<std::pair<policies::Height, policies::Address>, std::vector<policies::SignedStatement>> heard_;
  std::map<std::string, std::uint64_t> contradictory_;
  std::vector<std::unique_ptr<Ear>> ears_;
};

}  // namespace mnrt::sims
