#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace mnrt::runtime {

/// A node's data directory, held by this process alone until this goes.
class DataFolder {
 public:
  /// Makes the directory (0700) where there is none, checks that it is ours, and takes its lock. The error is
  /// one line that says what to do.
  static std::expected<DataFolder, std::string> open(const std::filesystem::path& path);

  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  DataFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

}  // namespace mnrt::runtime
