#include "runtime/cli/node_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "runtime/cli/printable.hpp"
#include "runtime/cli/serving.hpp"
#include "runtime/keys/private_files.hpp"

namespace mnrt::runtime {

using namespace std::chrono_literals;

namespace {

ExitCode exit_code_of(int status) {
  if (status == 408 || status == 504) return ExitCode::timed_out;
  if (status == 404 || status == 410 || status >= 500) return ExitCode::failed;
  return ExitCode::refused;
}

/// An RFC 9457 problem, or whatever else the other side answered.
Failure failure_of(int status, const Json& body) {
  auto detail = text_of(body, "detail");
  auto code = text_of(body, "code");
  if (detail.empty()) detail = fmt::format("the node answered {}", status);
  if (!code.empty()) detail += fmt::format(" ({})", code);
  return {exit_code_of(status), printable(detail), code};
}

void append_lines(const Json& value, const std::string& indent, std::string& out) {
  auto text = [](const Json& v) {
    return v.is_string() ? printable(v.get<std::string>())
                         : v.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  bool list = value.is_array();
  for (const auto& [key, member] : value.items()) {
    auto label = list ? std::string("-") : printable(key) + ":";
    bool nested = (member.is_object() || member.is_array()) && !member.empty();
    bool flat_list = member.is_array() && std::none_of(member.begin(), member.end(),
                                                       [](const Json& m) { return m.is_structured(); });
    if (nested && !flat_list) {
      out += indent + label + "\n";
      append_lines(member, indent + "  ", out);
    } else if (flat_list) {
      std::string joined;
      for (const auto& entry : member) joined += (joined.empty() ? "" : ", ") + text(entry);
      out += fmt::format("{}{} {}\n", indent, label, joined.empty() ? "none" : joined);
    } else {
      out += fmt::format("{}{} {}\n", indent, label, member.is_null() ? "none" : text(member));
    }
  }
}

}  // namespace

Failure failure_of(const ApiError& error) {
  auto exit = error.kind == ApiError::Kind::timed_out ? ExitCode::timed_out : ExitCode::unreachable;
  return {exit, error.text, exit == ExitCode::timed_out ? "timed_out" : "unreachable"};
}

std::string lines_of(const Json& value) {
  std::string out;
  append_lines(value, "", out);
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                 c == '_' || c == '.' || c == '~' || c == ':';
    out += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return out;
}

std::expected<NodeClient, Failure> NodeClient::from(const Context& context) {
  auto url = or_environment(context.api, "MNRT_API");
  const auto data = context.data_path();
  if (url.empty()) url = stored_api_url(data).value_or("https://127.0.0.1:8080");
  auto address = api_address_from(url);
  if (!address) return std::unexpected(Failure{ExitCode::usage, address.error(), ""});
  auto ca = or_environment(context.ca_file, "MNRT_CACERT");
  if (ca.empty()) ca = (data / "tls" / "ca.pem").string();
  auto token = context.token_file.empty() ? (data / "api-token").string() : context.token_file;
  return NodeClient(ApiClient(*address, ca), token, std::chrono::seconds(context.timeout_s));
}

std::chrono::milliseconds NodeClient::left() const {
  return std::max(1ms, std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now()));
}

std::expected<NodeClient::Answer, Failure> NodeClient::call(ApiRequest request) const {
  constexpr auto pause = 250ms;
  while (true) {
    request.deadline = left();
    auto response = client_.call(request);
    if (!response) return std::unexpected(failure_of(response.error()));
    Answer answer{response->status, Json::parse(response->body, nullptr, false)};
    if (answer.body.is_discarded()) answer.body = nullptr;
    if (answer.status < 400) return answer;
    // A role that is being restarted answers again within a second.
    if (answer.status != 503 || answer.body.contains("healthy") || left() < 2 * pause)
      return std::unexpected(failure_of(answer.status, answer.body));
    std::this_thread::sleep_for(pause);
  }
}

std::expected<Json, Failure> NodeClient::get(const std::string& target) const {
  ApiRequest request;
  request.target = target;
  auto answer = call(std::move(request));
  if (!answer) return std::unexpected(answer.error());
  if (answer->body.is_null())
    return std::unexpected(
        Failure{ExitCode::unreachable, "what answers there isn't a node: no JSON", "unreachable"});
  return std::move(answer->body);
}

std::expected<void, Failure> NodeClient::authorize(ApiRequest& request) const {
  if (client_.address().scheme == ApiAddress::Scheme::unix_socket) return {};
  auto token = read_private_file(token_file_, 1'024);
  if (!token)
    return std::unexpected(
        Failure{ExitCode::config, fmt::format("the operator's token is needed: {}", token.error().text), ""});
  while (!token->empty() && (token->back() == '\n' || token->back() == '\r')) token->pop_back();
  request.headers.emplace_back("Authorization", "Bearer " + *token);
  return {};
}

}  // namespace mnrt::runtime
