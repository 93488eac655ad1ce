#pragma once

#include <string_view>

#include "runtime/gateway/http.hpp"
#include "runtime/gateway/server.hpp"

// Which names a request may be for, and which pages may ask: a browser of this machine is no way in for a
// foreign page.
namespace mnrt::runtime {

/// Loopback names and addresses, the host's name, the address that is listened on, and `allowed_hosts`; any
/// port.
bool is_allowed_host(std::string_view host, const ServerSettings& settings);

/// No Origin (not a page), the page of this server itself, or one of `cors_origins`.
bool is_allowed_origin(const HttpRequest& request, const ServerSettings& settings);

/// One of `cors_origins`.
bool is_cors_origin(std::string_view origin, const ServerSettings& settings);

}  // namespace mnrt::runtime
