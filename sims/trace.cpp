#include "sims/trace.hpp"

#include <fmt/format.h>

#include <utility>

namespace mnrt::sims {
namespace {

constexpr std::size_t last_max = 40;

}  // namespace

Trace::Trace(std::function<policies::Instant()> now, std::function<void(std::string_view)> line)
    : now_(std::move(now)), line_(std::move(line)) {}

void Trace::add(std::size_t node, std::string_view role, const policies::Note& note) {
  auto text = fmt::format("{} {} {}", node, role, note.code);
  for (const auto& [name, value] : note.fields) text += fmt::format(" {}={}", name, value);
  ++counts_[std::string{note.code}];
  say(std::move(text));
  if (listener_) listener_(node, role, note);
}

void Trace::say(std::string text) {
  text.insert(0, fmt::format("{}.{:06} ", now_().ns / 1'000'000'000, now_().ns / 1'000 % 1'000'000));
  hash_.update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  if (line_) line_(text);
  if (last_.size() == last_max) last_.pop_front();
  last_.push_back(std::move(text));
}

void Trace::listen(Listener listener) {
  listener_ = std::move(listener);
}

std::string field_of(const policies::Note& note, std::string_view name) {
  for (const auto& [key, value] : note.fields)
    if (key == name) return value;
  return {};
}

}  // namespace mnrt::sims
