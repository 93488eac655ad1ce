#pragma once

#include <string>
#include <string_view>

// What comes from a file, a folder or the network may hold escape sequences, which a terminal would obey:
// shown escaped, it can neither colour nor hide nor forge lines.
namespace mnrt::runtime {

/// On one line: control characters (line ends and C1 among them), what changes the direction of writing and
/// bytes that aren't UTF-8 are shown as \n, \t, \x1b or \u{202e}. All else is as it was.
std::string printable(std::string_view text);

/// The same for a text of several lines, whose line ends stay.
std::string printable_lines(std::string_view text);

/// The same within JSON text, which stays the same value: \u009b for what JSON itself lets pass.
std::string printable_json(std::string_view json);

/// A text as one word of a shell's line that people may copy: as it is, in quotes, or for what is hidden in
/// bash's $'…'.
std::string shell_word(std::string_view text);

}  // namespace mnrt::runtime
