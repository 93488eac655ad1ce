#include "runtime/cli/terminal.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace mnrt::runtime;

TEST_CASE("a text is broken at its spaces, and every line but the first is indented below the first's text") {
  CHECK(wrapped("", "one two three", 7) == "one two\nthree");
  CHECK(wrapped("  a ", "one two three", 11) == "  a one two\n    three");
  CHECK(wrapped("label ", "", 20) == "label ");
  CHECK(wrapped("", "  many   spaces ", 40) == "many spaces");
}

TEST_CASE("a word that is longer than the line stands alone and whole") {
  CHECK(wrapped("", "a verylongword b", 5) == "a\nverylongword\nb");
  CHECK(wrapped("12345 ", "verylongword", 5) == "12345 verylongword");
}

TEST_CASE("a style without colours changes nothing") {
  const Style plain{};
  CHECK(plain.bold("text") + plain.faint("text") + plain.warning("text") == "texttexttext");
  const Style lively{.colours = true};
  CHECK(lively.warning("text").find("text") != std::string::npos);
  CHECK(lively.warning("text").ends_with("\x1b[0m"));
}

}  // namespace
