#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/api_calls.hpp"
#include "policies/bytes.hpp"

// The batch route's bytes. It carries most of the load, so nothing here goes through a JSON value.
namespace mnrt::runtime {

using Frames = std::vector<std::shared_ptr<const policies::Bytes>>;

/// For each frame its length (32 bits, little-endian) and its bytes: 1 to limits::batch_frames_max frames,
/// each of 1 to limits::transaction_bytes_max bytes. The error is a sentence for people.
std::expected<Frames, std::string> frames_from(std::string_view body);

/// One frame more of a body that `frames_from` reads.
void append_frame(std::string& body, policies::ByteView frame);

inline constexpr std::size_t batch_record_bytes = 48;

/// One record of 48 bytes a report: docs/api.md, Many at once.
std::string to_records(std::span<const actors::api::StatusReport> reports);

/// The reports of `to_records`: id, status, refusal, operation and, once final, height. Bytes that are no
/// whole record are left out.
std::vector<actors::api::StatusReport> reports_from(std::string_view records);

/// `{"results":[…]}` as BatchResults in openapi.json.
std::string to_results(std::span<const actors::api::StatusReport> reports);

}  // namespace mnrt::runtime
