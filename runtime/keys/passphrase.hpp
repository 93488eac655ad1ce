#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "runtime/keys/error.hpp"
#include "runtime/keys/secret.hpp"

namespace mnrt::runtime {

/// Where a passphrase may come from, in the order in which the sources are asked.
struct PassphraseSources {
  std::optional<std::filesystem::path> file;  ///< named by the operator: its first line; a pipe will do
  std::optional<std::filesystem::path>
      credentials;               ///< systemd's $CREDENTIALS_DIRECTORY: the file `passphrase` in it
  std::filesystem::path folder;  ///< `keys/`: its file `passphrase`, if an earlier start made one
  bool may_prompt{};             ///< asks on the terminal when there is one
  bool may_generate{};           ///< else makes one and keeps it in `folder`
};

struct FoundPassphrase {
  enum class Source : std::uint8_t { file, credential, kept, prompt, generated };
  Passphrase value;
  Source source{};
  std::string warning;  ///< for the operator; empty: none
};

/// The first source that has one. `is_new` says that the folder holds no key yet: the prompt then asks twice.
std::expected<FoundPassphrase, KeyError> find_passphrase(const PassphraseSources& sources, bool is_new);

}  // namespace mnrt::runtime
