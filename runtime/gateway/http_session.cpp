#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>
#include <optional>
#include <utility>

#include "runtime/gateway/answers.hpp"
#include "runtime/gateway/session.hpp"
#include "runtime/gateway/stream_session.hpp"
#include "runtime/metrics/metrics.hpp"

namespace mnrt::runtime {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;
using std::chrono::milliseconds;

constexpr milliseconds idle_timeout{60'000};   // between two requests of a connection
constexpr milliseconds write_timeout{30'000};  // for an answer to be taken
constexpr std::size_t target_bytes_max = 8'192;
constexpr std::size_t read_bytes = 16'384;

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::get;
    case http::verb::head:
      return Method::head;
    case http::verb::post:
      return Method::post;
    case http::verb::put:
      return Method::put;
    case http::verb::delete_:
      return Method::del;
    case http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

std::string_view view_of(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// The end of the head in what has come, behind its empty line; nothing while it isn't there. Lines end by CR
/// LF alone: what another server takes for a line's end must never be part of one here.
struct HeadEnd {
  std::size_t bytes{};
  bool bare_line_feed{};
};
std::optional<HeadEnd> head_end(std::string_view bytes) {
  std::size_t line = 0;
  while (true) {
    const auto feed = bytes.find('\n', line);
    if (feed == std::string_view::npos) return std::nullopt;
    if (feed == 0 || bytes[feed - 1] != '\r') return HeadEnd{0, true};
    if (feed == line + 1) return HeadEnd{feed + 1, false};
    line = feed + 1;
  }
}

class HttpSession final : public Session, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(SessionContext& context, std::unique_ptr<Transport> transport, ClientFacts client)
      : context_(context), transport_(std::move(transport)), client_(std::move(client)) {}

  void start() {
    context_.sessions.insert(shared_from_this());
    begin();
  }

  void drain() override {
    if (!answering_ && buffer_.empty()) end();
  }

  void abort() override { end(); }

 private:
  // --- reading
  // -------------------------------------------------------------------------------------------------------

  void begin() {
    release();
    parser_.reset();
    request_ = std::make_shared<HttpRequest>();
    answering_ = false;
    continued_ = false;
    // An empty line or two before a request line are left over from an older client's body (RFC 9112, 2.2).
    while (buffer_.starts_with("\r\n")) buffer_.erase(0, 2);
    if (context_.draining && buffer_.empty()) return end();
    started_ = !buffer_.empty();
    set_deadline(started_ ? context_.backend.settings().request_timeout : idle_timeout);
    if (started_) return parse();
    read();
  }

  void set_deadline(milliseconds after) {
    deadline_ = context_.backend.loop().after(after, [me = weak_from_this()] {
      if (auto self = me.lock()) self->on_deadline();
    });
  }

  void on_deadline() {
    if (answering_ || !started_) return end();
    answering_ = true;
    refuse(problem(Problem::request_timeout, "request_timeout", "The request did not arrive in time."));
  }

  void read() {
    transport_->read(input_, [self = shared_from_this()](std::error_code error, std::size_t bytes) {
      if (self->ended_ || self->answering_) return;
      if (error) return self->end();
      self->buffer_.append(self->input_.data(), bytes);
      if (!self->started_) {
        while (self->buffer_.starts_with("\r\n")) self->buffer_.erase(0, 2);
        if (self->buffer_.empty()) return self->read();
        self->started_ = true;
        self->set_deadline(self->context_.backend.settings().request_timeout);
      }
      self->parse();
    });
  }

  void parse() {
    if (!parser_ && !parse_head()) return;
    parse_body();
  }

  /// Whether the head was read and the request admitted; else it has been answered, or more bytes are being
  /// read.
  bool parse_head() {
    const auto limit = context_.backend.settings().header_bytes_max;
    if (client_.plain_on_tls) {
      answering_ = true;
      refuse(bad_request("this port speaks HTTPS", "https_expected"));
      return false;
    }
    const auto first = buffer_.front();
    if (!((first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z'))) return malformed();
    const auto end = head_end(std::string_view{buffer_}.substr(0, limit));
    if (!end) {
      if (buffer_.size() < limit) {
        read();
        return false;
      }
      answering_ = true;
      if (buffer_.find('\n') >= limit)
        refuse(problem(Problem::uri_too_long, "uri_too_long", "The request line is too long."));
      else
        refuse(problem(Problem::headers_too_large, "headers_too_large", "The headers are too large."));
      return false;
    }
    if (end->bare_line_feed) return malformed();

    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limit));
    // The route's limit is known after the head. Not boost::none: Beast 1.74 then refuses any Content-Length.
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
    parser_->eager(false);
    boost::beast::error_code error;
    const auto used = parser_->put(boost::asio::buffer(buffer_.data(), end->bytes), error);
    buffer_.erase(0, used);
    if (error || !parser_->is_header_done()) return malformed();
    return take_head();
  }

  bool malformed() {
    answering_ = true;
    refuse(bad_request("The request isn't HTTP/1.1 as RFC 9112 has it.", "malformed_http"));
    return false;
  }

  bool take_head() {
    const auto& message = parser_->get();
    if (message.version() != 10 && message.version() != 11) return malformed();
    const auto target = view_of(message.target());
    if (target.size() > target_bytes_max) {
      answering_ = true;
      refuse(problem(Problem::uri_too_long, "uri_too_long", "The path is too long."));
      return false;
    }
    // A body's length is said by one plain `chunked`, or by one Content-Length: anything else another server
    // might read otherwise.
    const auto codings = message.count(http::field::transfer_encoding);
    if (codings > 1 ||
        (codings == 1 && (message.version() == 10 ||
                          !equal_ignoring_case(view_of(message[http::field::transfer_encoding]), "chunked"))))
      return malformed();
    if (message.count(http::field::host) > 1 ||
        (message.version() == 11 && message.count(http::field::host) == 0))
      return malformed();
    auto parsed = target_from(target);
    if (!parsed) return malformed();

    auto& head = *request_;
    head.method = method_of(message.method());
    head.path = std::move(parsed->path);
    head.query = std::move(parsed->query);
    for (const auto& field : message)
      head.headers.emplace_back(lower(view_of(field.name_string())), view_of(field.value()));
    head.peer = client_.peer;
    head.loopback = client_.loopback;
    head.encrypted = client_.encrypted;
    head.door = client_.door;
    return admit();
  }

  bool admit() {
    auto limit = context_.dispatcher.admit(*request_);
    const auto length = parser_->content_length();
    const bool has_body = parser_->chunked() || (length && *length > 0);
    if (!limit) {
      answering_ = true;
      // Its body is still on the way: to go on, it would have to be read.
      if (has_body)
        refuse(std::move(limit.error()));
      else
        answer(std::move(limit.error()));
      return false;
    }
    if ((length && *length > *limit) || (parser_->chunked() && *limit == 0)) {
      answering_ = true;
      refuse(problem(Problem::too_large, *limit == 0 ? "body_not_taken" : "body_too_large",
                     *limit == 0 ? "This route takes no body."
                                 : "The body is larger than " + std::to_string(*limit) + " bytes."));
      return false;
    }
    parser_->body_limit(*limit);
    parser_->eager(true);
    expects_continue_ = has_body && equal_ignoring_case(request_->header("expect"), "100-continue");
    return true;
  }

  void parse_body() {
    while (!parser_->is_done()) {
      if (buffer_.empty()) return read_body();
      boost::beast::error_code error;
      const auto used = parser_->put(boost::asio::buffer(buffer_), error);
      buffer_.erase(0, used);
      if (!hold(used)) {
        answering_ = true;
        return refuse(overloaded());
      }
      if (error == http::error::need_more) return read_body();
      if (error) {
        answering_ = true;
        if (error == http::error::body_limit)
          return refuse(
              problem(Problem::too_large, "body_too_large", "The body is larger than this route takes."));
        return refuse(bad_request("The body isn't framed as RFC 9112 has it.", "malformed_http"));
      }
    }
    serve();
  }

  void read_body() {
    // A chunk's head must not grow without end.
    if (buffer_.size() > context_.backend.settings().header_bytes_max) {
      malformed();
      return;
    }
    if (!expects_continue_ || continued_) return read();
    continued_ = true;
    transport_->write("HTTP/1.1 100 Continue\r\n\r\n", [self = shared_from_this()](std::error_code error) {
      if (self->ended_ || self->answering_) return;
      if (error) return self->end();
      self->read();
    });
  }

  // --- answering
  // -----------------------------------------------------------------------------------------------------

  void serve() {
    answering_ = true;
    deadline_.reset();
    request_->body = std::move(parser_->get().body());
    context_.dispatcher.serve(request_, [self = shared_from_this()](HttpResponse response) {
      if (!self->ended_) self->answer(std::move(response));
    });
  }

  /// Answers and ends the connection.
  void refuse(HttpResponse response) {
    closing_ = true;
    if (!request_->path.empty()) return answer(std::move(response));
    context_.backend.metrics().count_request("none", response.status, {});
    answer(std::move(response));
  }

  void answer(HttpResponse response) {
    if (response.then == HttpResponse::Then::websocket) return become_websocket(response);
    // A problem is small and always goes out.
    if (response.status < 400 && !hold(response.body.size())) response = overloaded();
    const bool http_1_0 = parser_ && parser_->get().version() == 10;
    const bool streams = response.then == HttpResponse::Then::events;
    const bool keep =
        !closing_ && !context_.draining && !(streams && http_1_0) && parser_ && parser_->keep_alive();
    HeadFacts facts{.keep_alive = keep, .http_1_0 = http_1_0, .body_bytes = response.body.size()};
    if (streams) facts.body_bytes.reset();
    auto bytes = head_of(response, facts);
    if (streams && request_->method != Method::head)
      return become_stream(std::move(bytes), response, http_1_0);
    if (request_->method != Method::head && response.status != 304 && response.status != 204)
      bytes += response.body;
    set_deadline(write_timeout);
    transport_->write(std::move(bytes), [self = shared_from_this(), keep](std::error_code error) {
      if (self->ended_) return;
      if (error || !keep) return self->end();
      self->begin();
    });
  }

  // --- what it holds for its client
  // -----------------------------------------------------------------------------------------------------

  /// Whether all sessions together may hold so many bytes more.
  bool hold(std::size_t bytes) {
    if (context_.held_bytes + bytes > context_.backend.settings().held_bytes_max) return false;
    context_.held_bytes += bytes;
    held_bytes_ += bytes;
    return true;
  }

  void release() { context_.held_bytes -= std::exchange(held_bytes_, 0); }

  static HttpResponse overloaded() {
    return problem(Problem::unavailable, "busy", "The node holds as many bodies and answers as it takes.");
  }

  void become_stream(std::string head, const HttpResponse& response, bool http_1_0) {
    auto transport = leave();
    start_event_stream(context_, std::move(transport), response.feed, std::move(head), !http_1_0);
  }

  void become_websocket(const HttpResponse& response) {
    auto head = head_of(response, {});
    auto early = std::move(buffer_);
    auto transport = leave();
    start_websocket(context_, std::move(transport), std::move(head), std::move(early));
  }

  /// Ends this session but not its transport.
  std::unique_ptr<Transport> leave() {
    ended_ = true;
    deadline_.reset();
    release();
    context_.sessions.erase(shared_from_this());
    return std::move(transport_);
  }

  void end() {
    if (ended_) return;
    const auto self = shared_from_this();
    leave()->close();
  }

  SessionContext& context_;
  std::unique_ptr<Transport> transport_;
  ClientFacts client_;
  std::array<char, read_bytes> input_{};
  std::string buffer_;  ///< what has come and isn't parsed
  std::optional<Parser> parser_;
  std::shared_ptr<HttpRequest> request_;
  std::unique_ptr<Timer> deadline_;
  std::size_t held_bytes_{};  ///< of `SessionContext::held_bytes`
  bool started_{};            ///< bytes of a request have come
  bool answering_{};          ///< the request is whole, or was refused
  bool expects_continue_{};
  bool continued_{};
  bool closing_{};
  bool ended_{};
};

}  // namespace

void start_http_session(SessionContext& context, std::unique_ptr<Transport> transport, ClientFacts client) {
  std::make_shared<HttpSession>(context, std::move(transport), std::move(client))->start();
}

}  // namespace mnrt::runtime
