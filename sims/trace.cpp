#include "sims/trace.hpp"

#include <fmt/format.h>

#include <utility>

namespace mnrt::sims {
namespace {

constexpr std::size_t last_max = 40;

}  // namespace

Trace::Trace(std::function<policies::Instant()> now, std::function<void(std::string_view)> line)
    : now_(std::move(now)), line_(std::move(line)) {}

void Trace::add(std::string_view role, const policies::Note& note) {
  auto text = fmt::format("{:.6f} {} {}", static_cast<double>(now_().ns) / 1e9, role, note.code);
  for (const auto& [name, value] : note.fields) text += fmt::format(" {}={}", name, value);
  hash_.update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  ++counts_[std::string{note.code}];
  if (line_) line_(text);
  if (last_.size() == last_max) last_.pop_front();
  last_.push_back(std::move(text));
  if (listener_) listener_(role, note);
}

void Trace::listen(std::function<void(std::string_view, const policies::Note&)> listener) {
  listener_ = std::move(listener);
}

}  // namespace mnrt::sims
