#include <algorithm>

#include "policies/limits.hpp"
#include "runtime/gateway/route.hpp"

namespace mnrt::runtime {
namespace {

constexpr std::size_t json_bytes_max = 256 * 1024;

/// The next segment of a path, without its slash.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto end = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool matches(std::string_view pattern, std::string_view path, std::vector<std::string>& captured) {
  captured.clear();
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = next_segment(pattern);
    const auto given = next_segment(path);
    if (wanted.starts_with('{')) {
      if (given.empty()) return false;
      captured.emplace_back(given);
    } else if (wanted != given) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

const std::vector<Route>& routes() {
  static const std::vector<Route> all = [] {
    std::vector<Route> joined;
    for (auto part : {system_routes(), chain_routes(), transaction_routes(), account_routes(),
                      notary_routes(), registry_routes(), admin_routes(), stream_routes()})
      joined.insert(joined.end(), part.begin(), part.end());
    // A literal segment sorts before `{`, so `/blocks/latest` would be found before `/blocks/{block}`.
    std::ranges::stable_sort(joined, {}, &Route::path);
    return joined;
  }();
  return all;
}

RouteMatch find_route(Method method, std::string_view path) {
  RouteMatch match;
  if (path.empty() || path.front() != '/') return match;
  if (path.size() > 1 && path.ends_with('/')) return match;
  const auto wanted = method == Method::head ? Method::get : method;
  std::vector<std::string> captured;
  std::string_view pattern;
  for (const auto& route : routes()) {
    if (!pattern.empty() && route.path != pattern) continue;
    if (!matches(route.path, path, captured)) continue;
    pattern = route.path;
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += name_of(route.method);
    if (route.method == Method::get) match.allow += ", HEAD";
    if (route.method == wanted) {
      match.route = &route;
      match.captured = captured;
    }
  }
  return match;
}

std::size_t body_bytes_max(const Route& route, const ServerSettings& settings) {
  switch (route.body) {
    case Body::none:
      return 0;
    case Body::json:
      return std::min<std::size_t>(json_bytes_max, settings.body_bytes_max);
    case Body::frame:
      return std::min<std::size_t>(2 * policies::limits::transaction_bytes_max, settings.body_bytes_max);
    case Body::frames:
      return settings.body_bytes_max;
  }
  return 0;
}

}  // namespace mnrt::runtime
