#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mnrt::runtime {

/// Overwrites memory in a way that the compiler can't leave out.
void erase(void* data, std::size_t bytes);

/// What an operator types. Erased from memory when it goes.
class Passphrase {
 public:
  explicit Passphrase(std::string_view text) : text_(text) {}
  Passphrase(const Passphrase&) = default;
  Passphrase& operator=(const Passphrase&) = default;
  ~Passphrase() { erase(text_.data(), text_.size()); }
  std::string_view text() const { return text_; }

 private:
  std::string text_;
};

/// 32 bytes that encrypt. Erased from memory when they go.
struct EncryptionKey {
  std::array<std::uint8_t, 32> bytes{};
  EncryptionKey() = default;
  EncryptionKey(const EncryptionKey&) = default;
  EncryptionKey& operator=(const EncryptionKey&) = default;
  ~EncryptionKey() { erase(bytes.data(), bytes.size()); }
};

}  // namespace mnrt::runtime
