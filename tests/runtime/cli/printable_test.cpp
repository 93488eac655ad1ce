#include "runtime/cli/printable.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace mnrt::runtime;

TEST_CASE("what a terminal would obey is shown escaped") {
  CHECK(printable("a\x1b[31mb") == "a\\x1b[31mb");
  CHECK(printable("bell\a, backspace\b, delete\x7f") == "bell\\x07, backspace\\x08, delete\\x7f");
  CHECK(printable("two\nlines\r\tone") == "two\\nlines\\r\\tone");
  // C1: CSI in one character.
  CHECK(printable("\xc2\x9b"
                  "31m") == "\\u{9b}31m");
  CHECK(printable("\xe2\x80\xae"
                  "fdp.exe") == "\\u{202e}fdp.exe");
  CHECK(printable(std::string_view{"a\0b", 3}) == "a\\x00b");
}

TEST_CASE("what people write stays as it is") {
  const std::string text = "Vertrag \xc3\xa9\xe2\x80\xa6 \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x93\x9c ~ 'a b'";
  CHECK(printable(text) == text);
  CHECK(printable("").empty());
}

TEST_CASE("bytes that aren't UTF-8 are shown by their numbers") {
  CHECK(printable("a\xff"
                  "b") == "a\\xffb");
  CHECK(printable("\xc3") == "\\xc3");                             // cut off
  CHECK(printable("\xc1\xbf") == "\\xc1\\xbf");                    // longer than needed
  CHECK(printable("\xe0\x82\x9b") == "\\xe0\\x82\\x9b");           // CSI, longer than needed
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // above the last
}

TEST_CASE("a text of lines keeps its line ends alone") {
  CHECK(printable_lines("one\n\x1b[2Jtwo\r\n") == "one\n\\x1b[2Jtwo\\r\n");
}

TEST_CASE("a name is one word for a shell") {
  CHECK(shell_word("a/b-1.pdf") == "a/b-1.pdf");
  CHECK(shell_word("my contract.pdf") == "'my contract.pdf'");
  CHECK(shell_word("it's $HOME") == "'it'\\''s $HOME'");
  CHECK(shell_word("\x1b[31m'\n\xff") == "$'\\x1b[31m\\'\\x0a\\xff'");
  CHECK(shell_word("") == "''");
}

TEST_CASE("JSON stays the same value without a character that a terminal obeys") {
  const nlohmann::json value{{"name",
                              "\x1b[31m\x7f\xc2\x9b"
                              "1m\xe2\x80\xae\xc3\xa9"}};
  const auto text = printable_json(value.dump());
  CHECK(nlohmann::json::parse(text) == value);
  CHECK(text == R"({"name":"\u001b[31m\u007f\u009b1m\u202e)"
                "\xc3\xa9\"}");
}

}  // namespace
