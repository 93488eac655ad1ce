#include "policies/registry/service_rules.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "policies/limits.hpp"
#include "policies/registry/endpoint.hpp"

namespace mnrt::policies {
namespace {

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}
bool is_printable(char c) {
  return c >= ' ' && c < 0x7f;
}

bool is_name(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, is_id_character);
}

bool are_endpoints(const std::vector<std::string>& endpoints) {
  if (endpoints.empty() || endpoints.size() > limits::service_endpoints_max) return false;
  const std::set<std::string> distinct{endpoints.begin(), endpoints.end()};
  return distinct.size() == endpoints.size() &&
         std::ranges::all_of(endpoints, [](const auto& one) { return endpoint_from_text(one).has_value(); });
}

bool are_labels(const std::vector<std::string>& labels) {
  if (labels.size() > limits::service_labels_max) return false;
  std::set<std::string_view> keys;
  for (const std::string_view label : labels) {
    const auto equals = label.find('=');
    if (label.size() > limits::service_label_bytes_max || equals == std::string_view::npos) return false;
    const auto key = label.substr(0, equals);
    const auto is_key_character = [](char c) { return is_id_character(c) || c == '_'; };
    if (key.empty() || !std::ranges::all_of(key, is_key_character) ||
        !std::ranges::all_of(label, is_printable))
      return false;
    if (!keys.insert(key).second) return false;
  }
  return true;
}

}  // namespace

std::string_view fault_of(const RegisterService& service) {
  // The texts below say these numbers.
  static_assert(limits::service_id_bytes_max == 64 && limits::service_kind_bytes_max == 32 &&
                limits::service_version_bytes_max == 32 && limits::service_endpoints_max == 4 &&
                limits::service_labels_max == 16 && limits::service_label_bytes_max == 128 &&
                service_ttl_seconds_min == 30);
  if (!is_name(service.id, limits::service_id_bytes_max)) return "the name has 1 to 64 of a-z 0-9 . -";
  if (!is_name(service.kind, limits::service_kind_bytes_max)) return "the kind has 1 to 32 of a-z 0-9 . -";
  if (service.version.size() > limits::service_version_bytes_max ||
      !std::ranges::all_of(service.version, is_printable))
    return "the version has up to 32 printable ASCII characters";
  if (!are_endpoints(service.endpoints))
    return "one to four different endpoints: tcp://host:port, http://host[:port][/path] or https://…";
  if (!are_labels(service.labels))
    return "up to 16 labels key=value of up to 128 bytes, each key once, of a-z 0-9 . - _";
  if (service.ttl_seconds < service_ttl_seconds_min) return "it lives for at least 30 seconds";
  return {};
}

bool is_well_formed(const RegisterService& service) {
  return fault_of(service).empty();
}

}  // namespace mnrt::policies
