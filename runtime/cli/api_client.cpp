#include "runtime/cli/api_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "runtime/cli/connection.hpp"

namespace mnrt::runtime {

using Kind = ApiError::Kind;

namespace {

constexpr std::size_t head_bytes_max = 64 * 1024;
constexpr std::size_t body_bytes_max = 64 * 1024 * 1024;

std::unexpected<ApiError> broken(std::string text) {
  return std::unexpected(ApiError{Kind::broken, std::move(text), true});
}

template <class T>
std::optional<T> number_from(std::string_view text, int base = 10) {
  T number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Reads one answer (RFC 9112) off a connection.
class Reader {
 public:
  explicit Reader(Connection& connection) : connection_(connection) {}

  std::expected<ApiResponse, ApiError> read(bool has_body) {
    ApiResponse response;
    do {  // 1xx answers come before the answer
      response = {};
      if (auto head = read_head(response); !head) return std::unexpected(head.error());
    } while (response.status >= 100 && response.status < 200);
    if (!has_body || response.status == 204 || response.status == 304) return response;
    if (auto body = read_body(response); !body) return std::unexpected(body.error());
    return response;
  }

 private:
  std::expected<bool, ApiError> more() {
    auto part = connection_.receive();
    if (!part) {
      part.error().may_have_run = true;
      return std::unexpected(part.error());
    }
    pending_ += *part;
    return !part->empty();
  }

  /// A line without its end; the whole head counts against its bound.
  std::expected<std::string, ApiError> line() {
    std::size_t end;
    while ((end = pending_.find("\r\n")) == std::string::npos) {
      if (pending_.size() > head_bytes_max) return broken("the answer's head is too large");
      auto got = more();
      if (!got) return std::unexpected(got.error());
      if (!*got) return broken("the node ended the connection before its answer");
    }
    auto text = pending_.substr(0, end);
    pending_.erase(0, end + 2);
    return text;
  }

  std::expected<void, ApiError> read_head(ApiResponse& response) {
    auto first = line();
    if (!first) return std::unexpected(first.error());
    auto status = first->starts_with("HTTP/1.") && first->size() >= 12 ? number_from<int>(first->substr(9, 3))
                                                                       : std::nullopt;
    if (!status) return broken("what answers there doesn't speak HTTP");
    response.status = *status;
    for (std::size_t bytes = 0;;) {
      auto field = line();
      if (!field) return std::unexpected(field.error());
      if (field->empty()) return {};
      bytes += field->size();
      auto colon = field->find(':');
      if (colon == std::string::npos || bytes > head_bytes_max)
        return broken("the answer's head is malformed");
      response.headers[lower_case(field->substr(0, colon))] =
          trimmed(std::string_view(*field).substr(colon + 1));
    }
  }

  std::expected<void, ApiError> take(std::size_t bytes, std::string& to) {
    if (bytes > body_bytes_max - to.size()) return broken("the answer's body is too large");
    while (pending_.size() < bytes) {
      auto got = more();
      if (!got) return std::unexpected(got.error());
      if (!*got) return broken("the node ended the connection within its answer");
    }
    to += pending_.substr(0, bytes);
    pending_.erase(0, bytes);
    return {};
  }

  std::expected<void, ApiError> read_body(ApiResponse& response) {
    if (auto found = response.headers.find("transfer-encoding"); found != response.headers.end()) {
      if (lower_case(found->second) != "chunked") return broken("the answer's encoding is unknown");
      return read_chunks(response.body);
    }
    if (auto found = response.headers.find("content-length"); found != response.headers.end()) {
      auto length = number_from<std::size_t>(found->second);
      if (!length) return broken("the answer's length is malformed");
      return take(*length, response.body);
    }
    while (true) {  // up to the end of the connection
      if (pending_.size() > body_bytes_max) return broken("the answer's body is too large");
      auto got = more();
      if (!got) return std::unexpected(got.error());
      if (!*got) break;
    }
    response.body = std::move(pending_);
    return {};
  }

  std::expected<void, ApiError> read_chunks(std::string& body) {
    while (true) {
      auto size_line = line();
      if (!size_line) return std::unexpected(size_line.error());
      auto size =
          number_from<std::size_t>(trimmed(std::string_view(*size_line).substr(0, size_line->find(';'))), 16);
      if (!size) return broken("a chunk of the answer is malformed");
      if (auto taken = take(*size, body); !taken) return taken;
      if (*size == 0) break;
      if (auto end = line(); !end || !end->empty()) return broken("a chunk of the answer is malformed");
    }
    while (true) {  // trailers
      auto trailer = line();
      if (!trailer) return std::unexpected(trailer.error());
      if (trailer->empty()) return {};
    }
  }

  Connection& connection_;
  std::string pending_;
};

std::string host_header(const ApiAddress& address) {
  if (address.scheme == ApiAddress::Scheme::unix_socket) return "localhost";
  bool v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", address.host, v6 ? "]" : "", address.port);
}

}  // namespace

std::expected<ApiAddress, std::string> api_address_from(const std::string& url) {
  auto wrong = [&] {
    return std::unexpected(
        fmt::format("\"{}\" is no address of an API: https://HOST:PORT, http://HOST:PORT or unix:FILE", url));
  };
  ApiAddress address;
  std::string_view rest = url;
  if (rest.starts_with("unix:") && rest.size() > 5)
    return ApiAddress{ApiAddress::Scheme::unix_socket, url.substr(5), ""};
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
    address.port = "443";
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    address.scheme = ApiAddress::Scheme::http;
    address.port = "80";
  } else {
    return wrong();
  }
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.find_first_of("/?#@ \t\r\n") != std::string_view::npos) return wrong();
  auto bracket = rest.starts_with('[') ? rest.find(']') : std::string_view::npos;
  auto colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  address.host = bracket == std::string_view::npos ? rest.substr(0, colon) : rest.substr(1, bracket - 1);
  if (colon != std::string_view::npos) address.port = rest.substr(colon + 1);
  auto port = number_from<unsigned>(address.port);
  if (address.host.empty() || !port || *port == 0 || *port > 65'535) return wrong();
  return address;
}

std::expected<ApiResponse, ApiError> ApiClient::call(const ApiRequest& request) const {
  auto connection = Connection::open(address_, ca_file_, Connection::Clock::now() + request.deadline);
  if (!connection) return std::unexpected(connection.error());
  auto head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nUser-Agent: mnrt\r\n",
                          request.method, request.target, host_header(address_));
  for (const auto& [name, value] : request.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (!request.body.empty() || request.method != "GET")
    head += fmt::format("Content-Length: {}\r\n", request.body.size());
  head += "\r\n";
  if (auto sent = (*connection)->send(head + request.body); !sent) {
    sent.error().may_have_run = true;
    return std::unexpected(sent.error());
  }
  return Reader(**connection).read(request.method != "HEAD");
}

}  // namespace mnrt::runtime
