#include "policies/registry/endpoint.hpp"

#include <algorithm>
#include <charconv>

#include "policies/limits.hpp"
#include "policies/registry/ip.hpp"

namespace mnrt::policies {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-';
}

/// RFC 1123, in lower case: labels of 1–63, 253 in all, no hyphen at a label's edge. The last label must not
/// be a number, as no top-level domain is one.
bool is_dns_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  std::string_view last;
  for (std::size_t start = 0; start <= host.size();) {
    const auto end = std::min(host.find('.', start), host.size());
    last = host.substr(start, end - start);
    if (last.empty() || last.size() > 63 || last.front() == '-' || last.back() == '-') return false;
    if (!std::ranges::all_of(last, is_name_character)) return false;
    start = end + 1;
  }
  return !is_digit(last.front()) ||
         !std::ranges::all_of(last, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || c == 'x'; });
}

std::optional<std::uint16_t> port_from_text(std::string_view text) {
  if (text.empty() || text.size() > 5 || !std::ranges::all_of(text, is_digit) || text.front() == '0')
    return std::nullopt;
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

bool is_path_character(char c) {
  return c > ' ' && c < 0x7f && c != '?' && c != '#' && c != '"' && c != '\\';
}

bool takes(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Splits `host[:port]` or `[v6][:port]`; leaves the port's text, empty if there is none.
std::optional<std::string> take_host(std::string_view& authority) {
  if (takes(authority, "[")) {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    std::string host{authority.substr(0, end)};
    authority.remove_prefix(end + 1);
    const auto address = ip_from_text(host);
    if (!address || host.find(':') == std::string::npos) return std::nullopt;
    return host;
  }
  const auto end = std::min(authority.find(':'), authority.size());
  std::string host{authority.substr(0, end)};
  authority.remove_prefix(end);
  const bool is_v4 = ip_from_text(host).has_value();
  if (!is_v4 && !is_dns_name(host)) return std::nullopt;
  return host;
}

}  // namespace

std::optional<Endpoint> endpoint_from_text(std::string_view text) {
  if (text.size() > limits::endpoint_bytes_max) return std::nullopt;
  Endpoint endpoint;
  if (takes(text, "tcp://"))
    endpoint.scheme = EndpointScheme::tcp;
  else if (takes(text, "http://"))
    endpoint.scheme = EndpointScheme::http;
  else if (takes(text, "https://"))
    endpoint.scheme = EndpointScheme::https;
  else
    return std::nullopt;

  const auto slash = std::min(text.find('/'), text.size());
  auto authority = text.substr(0, slash);
  const auto path = text.substr(slash);
  auto host = take_host(authority);
  if (!host) return std::nullopt;
  endpoint.host = std::move(*host);

  const bool is_tcp = endpoint.scheme == EndpointScheme::tcp;
  if (takes(authority, ":")) {
    const auto port = port_from_text(authority);
    if (!port) return std::nullopt;
    endpoint.port = *port;
  } else if (!authority.empty() || is_tcp) {
    return std::nullopt;
  } else {
    endpoint.port = endpoint.scheme == EndpointScheme::http ? 80 : 443;
  }
  if (is_tcp) return path.empty() ? std::optional{endpoint} : std::nullopt;
  if (!std::ranges::all_of(path, is_path_character)) return std::nullopt;
  endpoint.path = path.empty() ? "/" : std::string{path};
  return endpoint;
}

}  // namespace mnrt::policies
