#include "runtime/gateway/websocket_frames.hpp"

#include <openssl/evp.h>

#include <array>

#include "policies/notary/base64.hpp"
#include "policies/utf8.hpp"

namespace mnrt::runtime {
namespace {

constexpr std::size_t control_bytes_max = 125;
constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t not_utf8 = 1007;
constexpr std::uint16_t too_big = 1009;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value{};
  for (unsigned char byte : bytes) value = value << 8 | byte;
  return value;
}

bool is_close_code(std::uint16_t code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

/// What a close frame may hold: nothing, or a code and UTF-8.
std::uint16_t close_error(std::string_view payload) {
  if (payload.empty()) return 0;
  if (payload.size() == 1) return protocol_error;
  if (!is_close_code(static_cast<std::uint16_t>(big_endian(payload.substr(0, 2))))) return protocol_error;
  return policies::is_utf8(payload.substr(2)) ? 0 : not_utf8;
}

}  // namespace

bool is_websocket_key(std::string_view key) {
  const auto bytes = policies::from_base64(key);
  return bytes && bytes->size() == 16;
}

std::string websocket_accept(std::string_view key) {
  const auto text = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, 20> hash{};
  unsigned size = hash.size();
  EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha1(), nullptr);
  return policies::to_base64(hash);
}

std::string websocket_frame(Opcode opcode, std::string_view payload) {
  std::string frame;
  frame.reserve(payload.size() + 10);
  frame += static_cast<char>(0x80 | static_cast<unsigned>(opcode));
  const auto append = [&](std::uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; --i) frame += static_cast<char>(value >> (8 * i) & 0xff);
  };
  if (payload.size() < 126) {
    frame += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xffff) {
    frame += static_cast<char>(126);
    append(payload.size(), 2);
  } else {
    frame += static_cast<char>(127);
    append(payload.size(), 8);
  }
  frame += payload;
  return frame;
}

std::string websocket_close(std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
  payload += reason.substr(0, control_bytes_max - 2);
  return websocket_frame(Opcode::close, payload);
}

std::optional<WebsocketReader::Message> WebsocketReader::fail(std::uint16_t code) {
  error_ = code;
  buffer_.clear();
  return std::nullopt;
}

std::optional<WebsocketReader::Message> WebsocketReader::next() {
  while (error_ == 0) {
    if (buffer_.size() < 2) return std::nullopt;
    const auto first = static_cast<unsigned char>(buffer_[0]);
    const auto second = static_cast<unsigned char>(buffer_[1]);
    const bool last = (first & 0x80) != 0;
    const auto opcode = static_cast<Opcode>(first & 0x0f);
    const bool control = (first & 0x08) != 0;
    // No extension was agreed on, so reserved bits stay zero; clients mask, always (sections 5.1 and 5.2).
    if ((first & 0x70) != 0 || (second & 0x80) == 0) return fail(protocol_error);
    if (opcode > Opcode::pong || (opcode > Opcode::binary && opcode < Opcode::close))
      return fail(protocol_error);
    std::size_t head = 2;
    std::uint64_t length = second & 0x7f;
    if (control && (!last || length > control_bytes_max)) return fail(protocol_error);
    if (length >= 126) {
      const std::size_t wide = length == 126 ? 2 : 8;
      if (buffer_.size() < head + wide) return std::nullopt;
      length = big_endian(std::string_view{buffer_}.substr(head, wide));
      if (length < (wide == 2 ? 126U : 65'536U)) return fail(protocol_error);
      head += wide;
    }
    if (length > message_bytes_max_ || (!control && parts_.size() + length > message_bytes_max_))
      return fail(too_big);
    if (buffer_.size() < head + 4 + length) return std::nullopt;
    const auto mask = buffer_.substr(head, 4);
    auto payload = buffer_.substr(head + 4, length);
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
    buffer_.erase(0, head + 4 + length);

    if (control) {
      if (opcode == Opcode::close)
        if (const auto error = close_error(payload); error != 0) return fail(error);
      return Message{opcode, std::move(payload)};
    }
    if ((opcode == Opcode::continuation) != open_.has_value()) return fail(protocol_error);
    if (!open_) open_ = opcode;
    parts_ += payload;
    if (!last) continue;
    Message message{*open_, std::move(parts_)};
    open_.reset();
    parts_.clear();
    if (message.opcode == Opcode::text && !policies::is_utf8(message.payload)) return fail(not_utf8);
    return message;
  }
  return std::nullopt;
}

}  // namespace mnrt::runtime
