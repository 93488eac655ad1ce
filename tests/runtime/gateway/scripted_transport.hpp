#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>

#include "runtime/gateway/loop.hpp"
#include "tests/runtime/gateway/scripted_node.hpp"

namespace mnrt::tests {

/// What a client sees and does on the other side of a transport.
struct Wire {
  std::string sent;  ///< by the client, not read yet
  bool client_ended{};
  bool server_ended{};
  std::string received;  ///< by the client
  bool stuck{};          ///< the client reads nothing: writes stay open
  std::span<char> into;
  std::function<void(std::error_code, std::size_t)> reading;
  std::function<void(std::error_code)> writing;
  std::string held;  ///< what an open write holds
};

/// A transport between a session and a test, on the test's loop.
class ScriptedTransport final : public runtime::Transport {
 public:
  ScriptedTransport(std::shared_ptr<Wire> wire, ManualLoop& loop) : wire_(std::move(wire)), loop_(loop) {}

  void read(std::span<char> into, std::function<void(std::error_code, std::size_t)> done) override {
    wire_->into = into;
    wire_->reading = std::move(done);
    deliver(wire_, loop_);
  }
  void write(std::string bytes, std::function<void(std::error_code)> done) override {
    wire_->held = std::move(bytes);
    wire_->writing = std::move(done);
    if (!wire_->stuck) take_write(wire_, loop_);
  }
  /// As a socket does: what is under way is called off.
  void close() override {
    wire_->server_ended = true;
    const auto canceled = std::make_error_code(std::errc::operation_canceled);
    if (auto reading = std::exchange(wire_->reading, nullptr))
      loop_.post([reading, canceled] { reading(canceled, 0); });
    if (auto writing = std::exchange(wire_->writing, nullptr))
      loop_.post([writing, canceled] { writing(canceled); });
  }

  static void deliver(const std::shared_ptr<Wire>& wire, ManualLoop& loop) {
    if (!wire->reading || wire->server_ended || (wire->sent.empty() && !wire->client_ended)) return;
    const auto bytes = std::min(wire->sent.size(), wire->into.size());
    std::copy_n(wire->sent.begin(), bytes, wire->into.begin());
    wire->sent.erase(0, bytes);
    loop.post([done = std::exchange(wire->reading, nullptr), bytes] {
      done(bytes == 0 ? std::make_error_code(std::errc::connection_reset) : std::error_code{}, bytes);
    });
  }
  static void take_write(const std::shared_ptr<Wire>& wire, ManualLoop& loop) {
    if (!wire->writing) return;
    wire->received += std::exchange(wire->held, {});
    loop.post([done = std::exchange(wire->writing, nullptr)] { done({}); });
  }

 private:
  std::shared_ptr<Wire> wire_;
  ManualLoop& loop_;
};

/// A client of a gateway, byte by byte.
class Client {
 public:
  explicit Client(TestGateway& gateway, runtime::ClientFacts facts = {.peer = "127.0.0.1", .loopback = true})
      : gateway_(gateway) {
    runtime::start_http_session(gateway.context, std::make_unique<ScriptedTransport>(wire, *gateway.loop),
                                facts);
    gateway.loop->run();
  }
  ~Client() {
    end();
    read_on();
  }

  void send(std::string_view bytes) {
    wire->sent += bytes;
    ScriptedTransport::deliver(wire, *gateway_.loop);
    gateway_.loop->run();
  }
  void end() {
    wire->client_ended = true;
    ScriptedTransport::deliver(wire, *gateway_.loop);
    gateway_.loop->run();
  }
  /// Reads again what was held back.
  void read_on() {
    wire->stuck = false;
    ScriptedTransport::take_write(wire, *gateway_.loop);
    gateway_.loop->run();
  }
  std::string take() { return std::exchange(wire->received, {}); }

  std::shared_ptr<Wire> wire{std::make_shared<Wire>()};

 private:
  TestGateway& gateway_;
};

}  // namespace mnrt::tests
