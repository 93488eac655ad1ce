#include "runtime/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace mnrt::runtime {
namespace {

std::string painted(bool colours, std::string_view code, std::string_view text) {
  return colours ? std::string{code} + std::string{text} + "\x1b[0m" : std::string{text};
}

}  // namespace

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 100;
  return std::clamp<std::size_t>(size.ws_col, 60, 160);
}

bool has_colours() {
  // https://no-color.org: set and not empty.
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0') &&
         (terminal == nullptr || std::string_view{terminal} != "dumb");
}

std::string Style::bold(std::string_view text) const {
  return painted(colours, "\x1b[1m", text);
}

std::string Style::faint(std::string_view text) const {
  return painted(colours, "\x1b[2m", text);
}

std::string Style::warning(std::string_view text) const {
  return painted(colours, "\x1b[33m", text);
}

std::string wrapped(std::string_view first, std::string_view text, std::size_t columns) {
  std::string out{first};
  std::size_t column = first.size();
  bool line_begins = true;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    if (!line_begins && column + 1 + word.size() > columns) {
      out += '\n' + std::string(first.size(), ' ');
      column = first.size();
      line_begins = true;
    }
    if (!line_begins) out += ' ';
    out += word;
    column += word.size() + (line_begins ? 0 : 1);
    line_begins = false;
  }
  return out;
}

}  // namespace mnrt::runtime
