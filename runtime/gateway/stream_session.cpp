#include "runtime/gateway/stream_session.hpp"

#include <array>
#include <charconv>

#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/websocket_frames.hpp"

namespace mnrt::runtime {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds ping_interval{30'000};
constexpr milliseconds write_timeout{30'000};
constexpr std::size_t message_bytes_max = 64 * 1024;
constexpr std::size_t waiting_bytes_max = 256 * 1024;

/// Why the server ends a stream; a WebSocket's close code, and the word for SSE.
struct Ending {
  std::uint16_t code;
  std::string_view word;
};
constexpr Ending going_away{1001, "going_away"};
constexpr Ending failed{1011, "internal"};
constexpr Ending bad_subscription{4000, "bad_request"};
constexpr Ending slow{4008, "slow_consumer"};
constexpr Ending pruned{4010, "pruned"};

/// What both kinds share: the way from the feed to the transport, one write at a time, and the heartbeat.
class StreamSession : public Session, public std::enable_shared_from_this<StreamSession> {
 public:
  StreamSession(SessionContext& context, std::unique_ptr<Transport> transport)
      : context_(context), transport_(std::move(transport)) {}

  void start(std::string head) {
    context_.sessions.insert(shared_from_this());
    send(std::move(head));
    read();
    heartbeat();
    if (feed_) follow();
  }

  void drain() override { finish(going_away, {}); }
  void abort() override { end(); }

 protected:
  virtual std::string framed(const StreamEvent& event) const = 0;
  virtual std::string ending(Ending why, const std::string& text) const = 0;
  virtual std::string ping() const = 0;
  virtual void received(std::string_view bytes) = 0;

  void feed_from(std::shared_ptr<EventFeed> feed) { feed_ = std::move(feed); }

  /// Wakes when blocks become final, and begins.
  void follow() {
    feed_->on_wake([me = weak_from_this()] {
      if (auto self = me.lock()) self->pump();
    });
    pump();
  }

  void send(std::string bytes) {
    waiting_ += bytes;
    // A client that asks and never reads.
    if (waiting_.size() > waiting_bytes_max && writing_) return end();
    flush();
  }

  /// Says why, then closes.
  void finish(Ending why, std::string_view detail) {
    if (ended_ || finishing_) return;
    finishing_ = true;
    auto text = std::string{detail};
    if (feed_ && !feed_->last_id().empty()) {
      if (!text.empty()) text += "; ";
      text += "last_id=" + feed_->last_id();
    }
    waiting_ += ending(why, text);
    flush();
  }

  void end() {
    if (ended_) return;
    const auto self = shared_from_this();
    ended_ = true;
    feed_.reset();
    write_deadline_.reset();
    heartbeat_.reset();
    context_.sessions.erase(self);
    transport_->close();
  }

  SessionContext& context_;
  std::shared_ptr<EventFeed> feed_;
  bool heard_{true};  ///< since the last heartbeat
  bool answers_pings_{};
  bool ended_{};
  bool finishing_{};

 private:
  void read() {
    transport_->read(input_, [self = shared_from_this()](std::error_code error, std::size_t bytes) {
      if (self->ended_) return;
      if (error) return self->end();
      self->heard_ = true;
      self->received({self->input_.data(), bytes});
      if (!self->ended_) self->read();
    });
  }

  void pump() {
    if (ended_ || finishing_ || writing_ || !feed_) return;
    if (feed_->is_slow()) return finish(slow, "too far behind");
    const auto batch = feed_->next();
    if (batch.end == EventFeed::End::pruned) return finish(pruned, "these blocks are no longer kept");
    if (batch.end == EventFeed::End::store_failed) return finish(failed, "the store can't be read");
    std::string text;
    for (const auto& event : batch.events) text += framed(event);
    if (!text.empty()) return send(std::move(text));
    if (batch.more)
      context_.backend.loop().post([me = weak_from_this()] {
        if (auto self = me.lock()) self->pump();
      });
  }

  void flush() {
    if (writing_ || ended_ || waiting_.empty()) return;
    writing_ = true;
    write_deadline_ = context_.backend.loop().after(write_timeout, [me = weak_from_this()] {
      if (auto self = me.lock()) self->end();
    });
    transport_->write(std::exchange(waiting_, {}), [self = shared_from_this()](std::error_code error) {
      self->writing_ = false;
      self->write_deadline_.reset();
      if (self->ended_) return;
      if (error) return self->end();
      if (!self->waiting_.empty()) return self->flush();
      if (self->finishing_) return self->end();
      self->pump();
    });
  }

  void heartbeat() {
    heartbeat_ = context_.backend.loop().after(ping_interval, [me = weak_from_this()] {
      auto self = me.lock();
      if (!self || self->ended_) return;
      if (self->answers_pings_ && !std::exchange(self->heard_, false)) return self->end();
      if (!self->finishing_) self->send(self->ping());
      if (!self->ended_) self->heartbeat();
    });
  }

  std::unique_ptr<Transport> transport_;
  std::array<char, 4'096> input_{};
  std::string waiting_;
  bool writing_{};
  std::unique_ptr<Timer> write_deadline_;
  std::unique_ptr<Timer> heartbeat_;
};

class EventStream final : public StreamSession {
 public:
  EventStream(SessionContext& context, std::unique_ptr<Transport> transport, std::shared_ptr<EventFeed> feed,
              bool chunked)
      : StreamSession(context, std::move(transport)), chunked_(chunked) {
    feed_from(std::move(feed));
  }

 private:
  std::string framed(const StreamEvent& event) const override {
    std::string text = "id: " + to_string(event.place) + "\nevent: ";
    text += name_of(event.topic);
    text += "\ndata: " + event.data + "\n\n";
    return chunk(text);
  }

  std::string ending(Ending why, const std::string& text) const override {
    Json data{{"code", why.word}, {"detail", text}, {"last_id", nullptr}};
    if (feed_ && !feed_->last_id().empty()) data["last_id"] = feed_->last_id();
    return chunk("event: closed\ndata: " + dump(data) + "\n\n") + (chunked_ ? "0\r\n\r\n" : "");
  }

  std::string ping() const override { return chunk(": ping\n\n"); }

  void received(std::string_view) override {}  // what a client says behind its request means nothing here

  std::string chunk(const std::string& text) const {
    if (!chunked_) return text;
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), text.size(), 16).ptr;
    return std::string{size.data(), end} + "\r\n" + text + "\r\n";
  }

  bool chunked_;
};

class WebsocketStream final : public StreamSession {
 public:
  WebsocketStream(SessionContext& context, std::unique_ptr<Transport> transport)
      : StreamSession(context, std::move(transport)) {
    answers_pings_ = true;
  }

  void received(std::string_view bytes) override {
    reader_.add(bytes);
    while (auto message = reader_.next()) {
      take(*message);
      if (ended_ || finishing_) return;
    }
    if (reader_.error() != 0) finish({reader_.error(), "protocol"}, {});
  }

 private:
  std::string framed(const StreamEvent& event) const override {
    return websocket_frame(Opcode::text, R"({"id":")" + to_string(event.place) + R"(","topic":")" +
                                             std::string{name_of(event.topic)} + R"(","data":)" + event.data +
                                             "}");
  }

  std::string ending(Ending why, const std::string& text) const override {
    return websocket_close(why.code, text.empty() ? why.word : std::string_view{text});
  }

  std::string ping() const override { return websocket_frame(Opcode::ping, {}); }

  void take(const WebsocketReader::Message& message) {
    switch (message.opcode) {
      case Opcode::ping:
        return send(websocket_frame(Opcode::pong, message.payload));
      case Opcode::pong:
        return;
      case Opcode::close:
        return finish({1000, "closed"}, {});
      case Opcode::text:
        return subscribe(message.payload);
      default:
        return finish({1003, "text_expected"}, {});
    }
  }

  void subscribe(std::string_view text) {
    if (feed_) return finish(bad_subscription, "one subscription a connection");
    const auto json = parse_json(text);
    if (!json) return finish(bad_subscription, json.error());
    ObjectReader reader(*json);
    TopicSet topics;
    auto names = Json::array();
    for (const auto& name : reader.texts("subscribe", topic_count)) {
      const auto topic = topic_from(name);
      if (!topic) {
        reader.fail("unknown topic");
        break;
      }
      topics.add(*topic);
      names.push_back(name);
    }
    EventPlace from{policies::next(context_.backend.events().tip()), 0};
    if (const auto height = reader.number_if("from_height")) from = {{*height}, 0};
    if (const auto id = reader.text_if("after")) {
      const auto seen = event_place_from(*id);
      if (!seen) reader.fail("`after` isn't an id");
      if (seen) from = {seen->height, seen->ordinal + 1};
    }
    if (topics.empty()) reader.fail("no topics");
    if (const auto error = reader.error()) return finish(bad_subscription, *error);
    feed_from(std::make_shared<EventFeed>(context_.backend, topics, from));
    send(websocket_frame(Opcode::text, dump({{"subscribed", std::move(names)}, {"from", to_string(from)}})));
    follow();
  }

  WebsocketReader reader_{message_bytes_max};
};

}  // namespace

void start_event_stream(SessionContext& context, std::unique_ptr<Transport> transport,
                        std::shared_ptr<EventFeed> feed, std::string head, bool chunked) {
  std::make_shared<EventStream>(context, std::move(transport), std::move(feed), chunked)
      ->start(std::move(head));
}

void start_websocket(SessionContext& context, std::unique_ptr<Transport> transport, std::string head,
                     std::string early) {
  auto stream = std::make_shared<WebsocketStream>(context, std::move(transport));
  stream->start(std::move(head));
  if (!early.empty()) stream->received(early);
}

}  // namespace mnrt::runtime
