#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Requests and answers as the routes see them: plain values, without sockets.
namespace mnrt::runtime {

enum class Method : std::uint8_t { get, head, post, put, del, options, other };
std::string_view name_of(Method method);

/// Where a request came in.
enum class Door : std::uint8_t { api, metrics, admin };

struct HttpRequest {
  Method method{Method::get};
  std::string path;                                          ///< percent-decoded, begins with a slash
  std::vector<std::pair<std::string, std::string>> query;    ///< decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, in order
  std::string body;
  std::string peer;  ///< the client's address without port; empty on the administration socket
  bool loopback{};   ///< of the client's address
  bool encrypted{};
  Door door{Door::api};
  bool operator_{};  ///< came with the operator's token or through the administration socket

  /// The first header of that name (lower case), or empty.
  std::string_view header(std::string_view name) const;
  /// The only parameter of that name; nothing where it is absent.
  std::optional<std::string_view> parameter(std::string_view name) const;
  /// Whether the request prefers this media type over JSON: it stands in Accept, and JSON doesn't before it.
  bool accepts(std::string_view media_type) const;
};

class EventFeed;

struct HttpResponse {
  unsigned status{200};
  std::string content_type{"application/json"};  ///< empty: none
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  /// What follows the head instead of a body.
  enum class Then : std::uint8_t { nothing, events, websocket };
  Then then{Then::nothing};
  std::shared_ptr<EventFeed> feed;  ///< for `events`
};

/// Called exactly once, on the server's thread.
using Answer = std::function<void(HttpResponse)>;

/// Path and query of a request target in origin form. Nothing for another form, a broken escape, or an
/// escaped zero byte.
struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};
std::optional<Target> target_from(std::string_view text);

std::string_view reason_of(unsigned status);

/// Status line and headers, with the empty line. `body_bytes`: nothing for a chunked stream.
struct HeadFacts {
  bool keep_alive{true};
  bool http_1_0{};
  std::optional<std::size_t> body_bytes;
};
std::string head_of(const HttpResponse& response, const HeadFacts& facts);

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace mnrt::runtime
