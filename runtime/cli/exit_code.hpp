#pragma once

namespace mnrt::runtime {

/// What the process ends with; scripts rely on the numbers.
enum class ExitCode : int {
  ok = 0,
  failed = 1,
  usage = 2,        ///< the command line is wrong
  config = 3,       ///< the config, the keys' files or the passphrase are wrong
  unreachable = 4,  ///< no node answers, or it isn't the one that the certificate names
  refused = 5,      ///< the node, or the chain, said no
  timed_out = 6,    ///< no final answer in time; it may still come
  integrity = 7,    ///< data that must not have changed has changed
};

}  // namespace mnrt::runtime
