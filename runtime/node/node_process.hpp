#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/ports.hpp"
#include "policies/config.hpp"
#include "policies/ledger/genesis.hpp"
#include "runtime/gateway/server.hpp"

namespace mnrt::runtime {

/// Why a node can't start or had to stop: one line for people, and what sort of trouble it is.
struct NodeError {
  enum class Kind : std::uint8_t { failed, config, integrity };
  Kind kind{Kind::failed};
  std::string text;
};

struct NodeSettings {
  policies::Config config;
  std::filesystem::path data_dir;
  std::optional<std::filesystem::path> passphrase_file;
  bool only_copy{};  ///< the operator vouches that no other copy of the consensus key signs
  std::optional<policies::Digest> settled_on{};  ///< the block whose chain goes on after a split
  std::optional<policies::Digest>
      known_chain{};  ///< that earlier starts ran here: its database must be there
};

/// What a started node tells its operator.
struct NodeFacts {
  ServerAddresses addresses;
  policies::Digest chain_id;
  policies::Height height;
  policies::Address owner;
  policies::Address seat;
  policies::Address account;
  std::size_t validators{};
  bool new_chain{};  ///< this start made the genesis
  bool holds_owner_key{};
  std::vector<std::string> warnings;
};

/// A node of the real world: its keys, disk, actors and server. One in a process.
class NodeProcess {
 public:
  /// Everything up to answering requests.
  static std::expected<std::unique_ptr<NodeProcess>, NodeError> start(const NodeSettings& settings);

  /// The same in memory, with keys that everyone knows and funded accounts; nothing is left behind but
  /// `data_dir` with TLS material and the token.
  static std::expected<std::unique_ptr<NodeProcess>, NodeError> start_in_memory(
      const NodeSettings& settings, std::vector<policies::GenesisAccount> funded);

  ~NodeProcess();

  const NodeFacts& facts() const;

  /// Blocks until SIGINT or SIGTERM, until a role halts the node, or until one crashed beyond its limit.
  /// Nothing: asked to stop.
  std::optional<NodeError> wait();

  /// Answers what is in flight, for at most `drain`, then ends actors and disk.
  void stop(std::chrono::milliseconds drain);

 private:
  struct Impl;
  explicit NodeProcess(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mnrt::runtime
