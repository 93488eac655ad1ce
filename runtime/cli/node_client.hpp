#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "runtime/cli/api_client.hpp"
#include "runtime/cli/context.hpp"
#include "runtime/cli/json.hpp"
#include "runtime/cli/output.hpp"

namespace mnrt::runtime {

/// The node that the client options name, as commands ask it: JSON in and out, refusals as failures, one
/// deadline for all that a command asks of it.
class NodeClient {
 public:
  using Clock = std::chrono::steady_clock;

  static std::expected<NodeClient, Failure> from(const Context& context);

  struct Answer {
    int status{};
    Json body;  ///< null when the answer isn't JSON
  };

  /// Any answer below 400. A problem of the node is a failure with its code and exit code. A busy node (503)
  /// is asked again until the deadline; so `request` must be one that may run twice.
  std::expected<Answer, Failure> call(ApiRequest request) const;

  /// The body of a GET.
  std::expected<Json, Failure> get(const std::string& target) const;

  /// Adds the operator's token to a request; a failure when its file can't be read.
  std::expected<void, Failure> authorize(ApiRequest& request) const;

  /// For requests whose answer isn't JSON.
  const ApiClient& client() const { return client_; }

  /// The node has the whole time from now on: a file that was hashed or a passphrase that was typed before
  /// took none of it.
  void start_time_out() { deadline_ = Clock::now() + time_out_; }
  Clock::time_point deadline() const { return deadline_; }
  std::chrono::milliseconds left() const;

 private:
  NodeClient(ApiClient client, std::string token_file, std::chrono::seconds time_out)
      : client_(std::move(client)), token_file_(std::move(token_file)), time_out_(time_out) {
    start_time_out();
  }

  ApiClient client_;
  std::string token_file_;
  std::chrono::seconds time_out_;
  Clock::time_point deadline_;
};

/// What an error of the connection means for the command.
Failure failure_of(const ApiError& error);

/// `key: value` lines, nested values indented: how commands show an answer to people.
std::string lines_of(const Json& value);

/// Bytes of a path or query that must not be taken for structure, as %XX.
std::string percent_encoded(std::string_view text);

}  // namespace mnrt::runtime
