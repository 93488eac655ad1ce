#include "runtime/config/text_checks.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace mnrt::runtime {

namespace {

/// 32 or 128 bits; 0: not an address.
unsigned address_bits(std::string_view text) {
  std::array<unsigned char, 16> bytes;
  std::string terminated(text);
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1) return 32;
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return 128;
  return 0;
}

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text.front() != '-' && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                  c == '.';
         });
}

bool is_number_up_to(std::string_view text, unsigned highest) {
  unsigned number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() && number <= highest;
}

bool is_host_and_port(std::string_view text) {
  auto colon = text.rfind(':');
  if (colon == std::string_view::npos || !is_number_up_to(text.substr(colon + 1), 65'535)) return false;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    return address_bits(host.substr(1, host.size() - 2)) == 128;
  return is_host_name(host);
}

}  // namespace

std::optional<std::string> check_ip_address(std::string_view text) {
  if (address_bits(text) != 0) return std::nullopt;
  return fmt::format("must be an IPv4 or IPv6 address, not \"{}\"", text);
}

std::optional<std::string> check_network(std::string_view text) {
  auto slash = text.find('/');
  auto bits = address_bits(text.substr(0, slash));
  if (bits != 0 && slash != std::string_view::npos && is_number_up_to(text.substr(slash + 1), bits))
    return std::nullopt;
  return fmt::format("must hold networks such as \"10.0.0.0/8\", not \"{}\"", text);
}

std::optional<std::string> check_host(std::string_view text) {
  if (is_host_name(text) || address_bits(text) != 0) return std::nullopt;
  return fmt::format("must hold host names without a port, not \"{}\"", text);
}

std::optional<std::string> check_host_and_port(std::string_view text) {
  if (is_host_and_port(text)) return std::nullopt;
  return fmt::format("must hold \"host:port\", not \"{}\"", text);
}

std::optional<std::string> check_origin(std::string_view text) {
  for (std::string_view scheme : {"https://", "http://"})
    if (text.starts_with(scheme)) {
      auto rest = text.substr(scheme.size());
      if (is_host_name(rest) || is_host_and_port(rest)) return std::nullopt;
    }
  return fmt::format("must hold origins such as \"https://example.org\", not \"{}\"", text);
}

std::optional<std::string> check_chain_id(std::string_view text) {
  auto hexadecimal = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (text.size() == 64 && std::all_of(text.begin(), text.end(), hexadecimal)) return std::nullopt;
  return std::string("must be the 64 lower-case hexadecimal characters that the first start printed");
}

}  // namespace mnrt::runtime
