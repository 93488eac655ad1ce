#include "runtime/keys/private_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mnrt::runtime {

namespace fs = std::filesystem;
using Kind = KeyError::Kind;

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<KeyError> failed(std::string_view what, const fs::path& file) {
  int error = errno;
  auto kind = error == ENOENT ? Kind::missing : error == EEXIST ? Kind::already_there : Kind::io;
  return std::unexpected(KeyError{kind, fmt::format("{} {}: {}", what, file.string(), std::strerror(error))});
}

std::expected<void, KeyError> check_owner(const struct stat& facts, const fs::path& file, bool folder) {
  if (facts.st_uid != geteuid())
    return std::unexpected(
        KeyError{Kind::permissions,
                 fmt::format("{} belongs to user {} and this process runs as user {}; run: chown -R {} {}",
                             file.string(), facts.st_uid, geteuid(), geteuid(), file.string())});
  if ((facts.st_mode & 077) != 0)
    return std::unexpected(KeyError{
        Kind::permissions, fmt::format("others may read {} (mode {:04o}); run: chmod {} {}", file.string(),
                                       facts.st_mode & 07777, folder ? "700" : "600", file.string())});
  return {};
}

std::expected<void, KeyError> write_all(int fd, std::string_view content, const fs::path& file) {
  while (!content.empty()) {
    auto written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("cannot write", file);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (fsync(fd) != 0) return failed("cannot sync", file);
  return {};
}

}  // namespace

std::expected<void, KeyError> check_private_folder(const fs::path& folder) {
  struct stat facts{};
  if (lstat(folder.c_str(), &facts) != 0) return failed("cannot find", folder);
  if (!S_ISDIR(facts.st_mode))
    return std::unexpected(KeyError{Kind::io, fmt::format("{} is not a folder", folder.string())});
  return check_owner(facts, folder, true);
}

std::expected<void, KeyError> prepare_private_folder(const fs::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
  if (error)
    return std::unexpected(KeyError{
        Kind::io, fmt::format("cannot make {}: {}", folder.parent_path().string(), error.message())});
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed("cannot make", folder);
  return check_private_folder(folder);
}

std::expected<std::string, KeyError> read_private_file(const fs::path& file, std::size_t bytes_max) {
  Descriptor fd(open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return failed("cannot open", file);
  struct stat facts{};
  if (fstat(fd.get(), &facts) != 0) return failed("cannot look at", file);
  if (!S_ISREG(facts.st_mode))
    return std::unexpected(KeyError{Kind::io, fmt::format("{} is not a regular file", file.string())});
  if (auto checked = check_owner(facts, file, false); !checked) return std::unexpected(checked.error());
  if (static_cast<std::uint64_t>(facts.st_size) > bytes_max)
    return std::unexpected(
        KeyError{Kind::damaged, fmt::format("{} is larger than {} bytes", file.string(), bytes_max)});
  std::string content(static_cast<std::size_t>(facts.st_size), '\0');
  for (std::size_t done = 0; done < content.size();) {
    auto got = read(fd.get(), content.data() + done, content.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("cannot read", file);
    if (got == 0) content.resize(done);
    done += static_cast<std::size_t>(got);
  }
  return content;
}

std::expected<void, KeyError> write_private_file(const fs::path& file, std::string_view content) {
  // Written under another name and linked when it is whole: a crash leaves no half key under the real name.
  auto unfinished = fs::path(file.string() + fmt::format(".{}.unfinished", getpid()));
  unlink(unfinished.c_str());
  std::expected<void, KeyError> result;
  {
    Descriptor fd(open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (fd.get() < 0) return failed("cannot make", unfinished);
    result = write_all(fd.get(), content, unfinished);
  }
  if (result && link(unfinished.c_str(), file.c_str()) != 0) result = failed("cannot make", file);
  unlink(unfinished.c_str());
  if (!result) return result;
  Descriptor folder(open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || fsync(folder.get()) != 0) return failed("cannot sync", file.parent_path());
  return {};
}

}  // namespace mnrt::runtime
