#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mnrt::runtime {

/// Columns of the terminal that standard output is, between 60 and 160; 100 where it is none.
std::size_t terminal_columns();

/// Breaks a text at its spaces so that no line is longer than `columns` (but for longer words). The first
/// line stands behind `first`, the others are indented by as many spaces as that has characters. No line end
/// at the end.
std::string wrapped(std::string_view first, std::string_view text, std::size_t columns);

}  // namespace mnrt::runtime
