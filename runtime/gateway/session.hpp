#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "runtime/gateway/backend.hpp"
#include "runtime/gateway/dispatch.hpp"
#include "runtime/gateway/loop.hpp"

namespace mnrt::runtime {

/// One client, from its first byte to its last. Kept alive by `SessionContext` and by its open operations.
class Session {
 public:
  virtual ~Session() = default;
  /// The server stops: ends an idle client at once, a busy one after its answer.
  virtual void drain() = 0;
  /// Ends it now.
  virtual void abort() = 0;
};

/// What sessions share.
struct SessionContext {
  Backend& backend;
  Dispatcher& dispatcher;
  bool draining{};
  std::set<std::shared_ptr<Session>> sessions;
  std::size_t held_bytes{};  ///< bodies that come and answers that go, of all sessions
};

/// Who is at the other end, and on which port.
struct ClientFacts {
  std::string peer;  ///< address without port; empty on the administration socket
  bool loopback{};
  bool encrypted{};
  Door door{Door::api};
  bool plain_on_tls{};  ///< speaks plain HTTP to the port that speaks TLS
};

/// Serves HTTP/1.1 (and 1.0) on a transport until either side ends it: requests one after the other, in
/// order.
void start_http_session(SessionContext& context, std::unique_ptr<Transport> transport, ClientFacts client);

}  // namespace mnrt::runtime
