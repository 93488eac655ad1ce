#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// RFC 6455 for a server without extensions: pure bytes in, messages out.
namespace mnrt::runtime {

/// Whether a Sec-WebSocket-Key is 16 bytes in base64 (section 4.2.1).
bool is_websocket_key(std::string_view key);
/// Sec-WebSocket-Accept for it (section 4.2.2).
std::string websocket_accept(std::string_view key);

enum class Opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

/// One unmasked frame, as servers send them.
std::string websocket_frame(Opcode opcode, std::string_view payload);
/// A close frame; the reason is cut to 123 bytes.
std::string websocket_close(std::uint16_t code, std::string_view reason);

/// Puts a client's frames together. After an error it stays in error.
class WebsocketReader {
 public:
  /// `message_bytes_max`: of a whole message, its fragments together.
  explicit WebsocketReader(std::size_t message_bytes_max) : message_bytes_max_(message_bytes_max) {}

  void add(std::string_view bytes) { buffer_ += bytes; }

  struct Message {
    Opcode opcode{};  ///< text, binary, close, ping or pong
    std::string payload;
  };
  /// The next whole message; nothing while bytes are missing, or in error.
  std::optional<Message> next();

  /// The close code of what the client did wrong (section 7.4.1): 1002 protocol, 1007 not UTF-8, 1009 too
  /// big; 0: nothing.
  std::uint16_t error() const { return error_; }

 private:
  std::optional<Message> fail(std::uint16_t code);

  std::size_t message_bytes_max_;
  std::string buffer_;
  std::string parts_;           ///< fragments of the open message
  std::optional<Opcode> open_;  ///< what that message is
  std::uint16_t error_{};
};

}  // namespace mnrt::runtime
