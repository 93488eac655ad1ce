#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace mnrt::runtime {

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM, mode 0644
  std::filesystem::path key;          ///< PEM, mode 0600
  std::filesystem::path ca;  ///< PEM, mode 0644: what `curl --cacert` takes; empty with an operator's own
};

/// The files of `folder`: a P-256 authority (ten years) and a P-256 server certificate under it (397 days)
/// for localhost, 127.0.0.1, ::1, the host's name and `names`. Browsers take no Ed25519 here. What is
/// missing, unreadable, for other names, or within 30 days of its end is made anew, the authority only where
/// it must be. `folder` is made with mode 0700 where it isn't there. The error is one line that says what to
/// do.
std::expected<TlsFiles, std::string> prepare_tls(const std::filesystem::path& folder,
                                                 const std::vector<std::string>& names);

/// The names that a server certificate of this machine gets: the fixed ones, the host's and `names`, sorted.
std::vector<std::string> tls_names(const std::vector<std::string>& names);

}  // namespace mnrt::runtime
