#include "runtime/gateway/host_check.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>

namespace mnrt::runtime {
namespace {

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string_view::npos ? host : host.substr(1, end - 1);
  }
  const auto colon = host.rfind(':');
  // Two colons outside brackets are no port but part of an address.
  if (colon == std::string_view::npos || host.find(':') != colon) return host;
  return host.substr(0, colon);
}

const std::string& own_name() {
  static const std::string name = [] {
    std::array<char, 256> text{};
    return gethostname(text.data(), text.size() - 1) == 0 ? std::string{text.data()} : std::string{};
  }();
  return name;
}

}  // namespace

bool is_allowed_host(std::string_view host, const ServerSettings& settings) {
  const auto name = without_port(host);
  if (name.empty()) return false;
  constexpr std::array<std::string_view, 3> loopback{"localhost", "127.0.0.1", "::1"};
  const auto is_name = [&](std::string_view known) { return equal_ignoring_case(known, name); };
  return std::ranges::any_of(loopback, is_name) || is_name(own_name()) || is_name(settings.address) ||
         std::ranges::any_of(settings.allowed_hosts, is_name);
}

bool is_cors_origin(std::string_view origin, const ServerSettings& settings) {
  return std::ranges::any_of(settings.cors_origins,
                             [&](const std::string& known) { return equal_ignoring_case(known, origin); });
}

bool is_allowed_origin(const HttpRequest& request, const ServerSettings& settings) {
  const auto origin = request.header("origin");
  if (origin.empty()) return true;
  const std::string_view scheme = request.encrypted ? "https://" : "http://";
  if (origin.starts_with(scheme) && equal_ignoring_case(origin.substr(scheme.size()), request.header("host")))
    return true;
  return is_cors_origin(origin, settings);
}

}  // namespace mnrt::runtime
