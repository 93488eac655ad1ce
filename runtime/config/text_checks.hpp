#pragma once

#include <optional>
#include <string>
#include <string_view>

// The forms that texts in the config must have. Each answers the end of a sentence that starts with the key,
// or nothing when the text is well formed.
namespace mnrt::runtime {

std::optional<std::string> check_ip_address(std::string_view text);

/// `10.0.0.0/8`, `fd00::/8`: an address and the length of its prefix.
std::optional<std::string> check_network(std::string_view text);

/// A host name or an address, without a port.
std::optional<std::string> check_host(std::string_view text);

/// `host:port`, the host in brackets when it is an IPv6 address.
std::optional<std::string> check_host_and_port(std::string_view text);

/// `https://host` or `http://host`, with or without a port, without a path.
std::optional<std::string> check_origin(std::string_view text);

/// 64 lower-case hexadecimal characters.
std::optional<std::string> check_chain_id(std::string_view text);

}  // namespace mnrt::runtime
