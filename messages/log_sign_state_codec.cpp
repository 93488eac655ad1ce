#include "messages/log_sign_state_codec.hpp"

#include "messages/log_sign_state.capnp.h"
#include "messages/strict.hpp"

namespace mnrt::messages {

policies::Bytes log_sign_state_key() {
  return {'l', 'o', 'g'};
}

policies::Bytes encode_log_sign_state(const policies::LogHead& head) {
  return encode_with<wire::LogSignState>([&](wire::LogSignState::Builder builder) {
    builder.setSize(head.size);
    write_32(builder.initRoot(), head.root);
  });
}

std::expected<policies::LogHead, DecodeError> decode_log_sign_state(policies::ByteView bytes) {
  return decode_with<wire::LogSignState>(
      bytes, 256, [](wire::LogSignState::Reader reader) -> policies::LogHead {
        require_known(reader);
        require(reader.hasRoot(), DecodeError::missing_field);
        require_known(reader.getRoot());
        return {reader.getSize(), read_32<policies::Digest>(reader.getRoot())};
      });
}

}  // namespace mnrt::messages
