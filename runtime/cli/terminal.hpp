#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mnrt::runtime {

/// Columns of the terminal that standard output is, between 60 and 160; 100 where it is none.
std::size_t terminal_columns();

/// Whether standard output is a terminal whose user didn't ask for plain text (NO_COLOR, TERM=dumb).
bool has_colours();

/// How a text stands out on standard output; as it is without colours.
struct Style {
  bool colours{};
  std::string bold(std::string_view text) const;     ///< a title
  std::string faint(std::string_view text) const;    ///< of less weight than the rest
  std::string warning(std::string_view text) const;  ///< to be read first
};

/// Breaks a text at its spaces so that no line is longer than `columns` (but for longer words). The first
/// line stands behind `first`, the others are indented by as many spaces as that has characters. No line end
/// at the end.
std::string wrapped(std::string_view first, std::string_view text, std::size_t columns);

}  // namespace mnrt::runtime
