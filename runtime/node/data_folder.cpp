#include "runtime/node/data_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mnrt::runtime {

std::expected<DataFolder, std::string> DataFolder::open(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return std::unexpected(
        fmt::format("cannot make the data directory {}: {}; choose another with --data-dir", path.string(),
                    error.message()));
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0)
    return std::unexpected(
        fmt::format("cannot read the data directory {}: {}", path.string(), std::strerror(errno)));
  if (facts.st_uid != ::geteuid())
    return std::unexpected(
        fmt::format("the data directory {} belongs to user {}, but this process runs as user {}; start as "
                    "its owner, or `chown -R {}` it",
                    path.string(), facts.st_uid, ::geteuid(), ::geteuid()));
  ::chmod(path.c_str(), 0700);

  const auto file = path / "lock";
  const int lock = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0)
    return std::unexpected(fmt::format("cannot open {}: {}", file.string(), std::strerror(errno)));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    char owner[32]{};
    const auto length = ::read(lock, owner, sizeof owner - 1);
    ::close(lock);
    return std::unexpected(fmt::format(
        "another mnrt{} already runs on {}; stop it, or choose another --data-dir",
        length > 0 ? fmt::format(" (process {})", std::string(owner, length)) : "", path.string()));
  }
  const auto me = std::to_string(::getpid());
  if (::ftruncate(lock, 0) != 0 || ::write(lock, me.data(), me.size()) < 0) {
    ::close(lock);
    return std::unexpected(fmt::format("cannot write {}: {}", file.string(), std::strerror(errno)));
  }
  return DataFolder{path, lock};
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace mnrt::runtime
