#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <unistd.h>

#include "policies/bytes.hpp"

namespace mnrt::messages {

/// What a program prints when it reads `input`. Throws when it fails: an oracle that is missing is a failed
/// test.
inline policies::Bytes output_of(const std::string& command, policies::ByteView input) {
  const auto path = std::filesystem::temp_directory_path() / ("mnrt-oracle-" + std::to_string(getpid()));
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(input.data()), static_cast<std::streamsize>(input.size()));
  auto* pipe = popen((command + " < '" + path.string() + "'").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("can't run " + command);
  policies::Bytes output;
  for (int byte = std::fgetc(pipe); byte != EOF; byte = std::fgetc(pipe))
    output.push_back(static_cast<std::uint8_t>(byte));
  const auto status = pclose(pipe);
  std::filesystem::remove(path);
  if (status != 0) throw std::runtime_error(command + " failed");
  return output;
}

}  // namespace mnrt::messages
