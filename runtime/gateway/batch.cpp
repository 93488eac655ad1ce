#include "runtime/gateway/batch.hpp"

#include <charconv>

#include "policies/limits.hpp"
#include "runtime/gateway/values.hpp"

namespace mnrt::runtime {
namespace {

namespace limits = policies::limits;

void append_little_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

void append_hex(std::string& out, policies::ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (auto byte : bytes) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

void append_number(std::string& out, std::uint64_t number) {
  char text[20];
  out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

std::uint32_t length_at(std::string_view body) {
  std::uint32_t length{};
  for (int i = 0; i < 4; ++i)
    length |= std::uint32_t{static_cast<std::uint8_t>(body[static_cast<std::size_t>(i)])} << (8 * i);
  return length;
}

}  // namespace

std::expected<Frames, std::string> frames_from(std::string_view body) {
  Frames frames;
  const auto wrong = [&](const std::string& what) {
    return std::unexpected("Frame " + std::to_string(frames.size()) + ": " + what);
  };
  while (!body.empty()) {
    if (frames.size() == limits::batch_frames_max)
      return std::unexpected("A batch holds at most " + std::to_string(limits::batch_frames_max) +
                             " frames.");
    if (body.size() < 4) return wrong("its length is cut off.");
    const auto length = length_at(body);
    body.remove_prefix(4);
    if (length == 0 || length > limits::transaction_bytes_max)
      return wrong("its length must be from 1 to " + std::to_string(limits::transaction_bytes_max) + ".");
    if (body.size() < length) return wrong("its bytes are cut off.");
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(body.data());
    frames.push_back(std::make_shared<const policies::Bytes>(bytes, bytes + length));
    body.remove_prefix(length);
  }
  if (frames.empty()) return std::unexpected("A batch holds at least one frame.");
  return frames;
}

void append_frame(std::string& body, policies::ByteView frame) {
  append_little_endian(body, frame.size(), 4);
  body.append(reinterpret_cast<const char*>(frame.data()), frame.size());
}

std::vector<actors::api::StatusReport> reports_from(std::string_view records) {
  std::vector<actors::api::StatusReport> reports;
  for (; records.size() >= batch_record_bytes; records.remove_prefix(batch_record_bytes)) {
    const auto byte = [records](std::size_t i) { return static_cast<std::uint8_t>(records[i]); };
    auto& report = reports.emplace_back();
    const auto id_bytes = report.id.bytes.size();
    for (std::size_t i = 0; i < id_bytes; ++i) report.id.bytes[i] = byte(i);
    report.status = static_cast<actors::api::TransactionStatus>(byte(id_bytes));
    report.refusal = static_cast<policies::Refusal>(byte(id_bytes + 1));
    report.operation = byte(id_bytes + 2);
    std::uint64_t height{};
    for (std::size_t i = 0; i < 8; ++i) height |= std::uint64_t{byte(id_bytes + 8 + i)} << (8 * i);
    if (height != 0) report.height = policies::Height{height};
  }
  return reports;
}

std::string to_records(std::span<const actors::api::StatusReport> reports) {
  std::string out;
  out.reserve(reports.size() * batch_record_bytes);
  for (const auto& report : reports) {
    out.append(reinterpret_cast<const char*>(report.id.bytes.data()), report.id.bytes.size());
    out += static_cast<char>(report.status);
    out += static_cast<char>(report.refusal);
    out += static_cast<char>(report.operation);
    out.append(5, '\0');
    append_little_endian(out, report.height ? report.height->value : 0, 8);
  }
  return out;
}

std::string to_results(std::span<const actors::api::StatusReport> reports) {
  std::string out;
  out.reserve(32 + reports.size() * 150);
  out += R"({"results":[)";
  bool first = true;
  for (const auto& report : reports) {
    if (!first) out += ',';
    first = false;
    out += R"({"id":"blake3:)";
    append_hex(out, report.id.bytes);
    out += R"(","status":")";
    out += name_of(report.status);
    out += R"(","height":)";
    if (report.height)
      append_number(out, report.height->value);
    else
      out += "null";
    out += R"(,"reason":)";
    if (report.refusal == policies::Refusal::none) {
      out += "null}";
    } else {
      out += '"';
      out += policies::name_of(report.refusal);
      out += "\"}";
    }
  }
  out += "]}";
  return out;
}

}  // namespace mnrt::runtime
