#include "runtime/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace mnrt::runtime {

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 100;
  return std::clamp<std::size_t>(size.ws_col, 60, 160);
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
