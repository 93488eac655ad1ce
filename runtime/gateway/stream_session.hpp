#pragma once

#include <memory>
#include <string>

#include "runtime/gateway/events.hpp"
#include "runtime/gateway/session.hpp"

// Streams of events on a connection that began as HTTP.
namespace mnrt::runtime {

/// Server-Sent Events (WHATWG HTML, 9.2): writes `head`, then what `feed` has.
void start_event_stream(SessionContext& context, std::unique_ptr<Transport> transport,
                        std::shared_ptr<EventFeed> feed, std::string head, bool chunked);

/// WebSocket: writes `head`, waits for one subscription. `early`: bytes that came behind the request.
void start_websocket(SessionContext& context, std::unique_ptr<Transport> transport, std::string head,
                     std::string early);

}  // namespace mnrt::runtime
