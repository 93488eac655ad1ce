// Each rule on a sample that breaks it and one that doesn't: a rule that can't fail is none.
#include <catch2/catch.hpp>

#include "tests/tidy/rules.hpp"

namespace mnrt::tidy {
namespace {

// "file:line" of each finding.
std::vector<std::string> places(const Findings& findings) {
  std::vector<std::string> out;
  for (const auto& f : findings) out.push_back(f.file + ":" + std::to_string(f.line));
  return out;
}
using Places = std::vector<std::string>;

TEST_CASE("a lower folder that includes a higher one is found") {
  CHECK(places(check_levels({{"policies/a.cpp", "\n#include \"actors/core.hpp\"\n"}})) ==
        Places{"policies/a.cpp:2"});
  CHECK(places(check_levels({{"actors/a.cpp", "#include \"runtime/store/store.hpp\""}})) ==
        Places{"actors/a.cpp:1"});
  CHECK(places(check_levels({{"runtime/a.cpp", "#include \"runtime/cli/x.hpp\""}})) ==
        Places{"runtime/a.cpp:1"});
  CHECK(places(check_levels({{"runtime/a.cpp", "#include \"sims/world.hpp\""}})) ==
        Places{"runtime/a.cpp:1"});
  CHECK(places(check_levels({{"actors/a.cpp", "#include \"core.hpp\""}})) == Places{"actors/a.cpp:1"});
  CHECK(places(check_levels({{"actors/a.cpp", "#include \"messages/block.capnp.h\""}})) ==
        Places{"actors/a.cpp:1"});
}

TEST_CASE("an include along the levels, or in a comment, is no finding") {
  CHECK(check_levels({{"actors/a.cpp", "#include \"policies/amount.hpp\"\n// #include \"sims/world.hpp\"\n"}})
            .empty());
  CHECK(check_levels({{"runtime/cli/sim.cpp", "#include \"sims/world.hpp\"\n"}}).empty());
}

TEST_CASE("a library outside its homes is found") {
  CHECK(places(check_library_homes({{"actors/a.cpp", "#include <rocksdb/db.h>"}})) ==
        Places{"actors/a.cpp:1"});
  CHECK(places(check_library_homes({{"policies/a.cpp", "#include <sodium.h>"}})) ==
        Places{"policies/a.cpp:1"});
  CHECK(places(check_library_homes({{"runtime/store/a.cpp", "#include <toml.hpp>"}})) ==
        Places{"runtime/store/a.cpp:1"});
  CHECK(places(check_library_homes({{"actors/a.cpp", "#include <caf/io/all.hpp>"}})) ==
        Places{"actors/a.cpp:1"});
  CHECK(places(check_library_homes({{"policies/a.cpp", "#include <fmt/core.h>"}})) ==
        Places{"policies/a.cpp:1"});
  CHECK(places(check_library_homes({{"actors/a.cpp", "#include <sys/stat.h>"}})) == Places{"actors/a.cpp:1"});
  CHECK(places(check_library_homes({{"runtime/a.cpp", "#include <unheard/of.h>"}})) ==
        Places{"runtime/a.cpp:1"});
}

TEST_CASE("a library at home is no finding") {
  CHECK(check_library_homes(
            {{"policies/crypto/a.cpp", "#include <sodium.h>\n#include <blake3.h>\n#include <vector>"},
             {"runtime/store/a.cpp", "#include <rocksdb/db.h>\n#include <sys/stat.h>"},
             {"tests/runtime/a.cpp", "#include <openssl/evp.h>"}})
            .empty());
}

TEST_CASE("an impure policy is found, call by call") {
  for (const char* line :
       {"auto t = std::chrono::steady_clock::now();", "std::random_device r;", "int x = rand();",
        "std::mutex m;", "std::unordered_map<int, int> m;", "double share = 0.1;", "float f;",
        "#include <fstream>", "throw Error{};", "std::thread t;", "thread_local int x;", "getenv(name);"}) {
    INFO(line);
    CHECK(places(check_banned_calls({{"policies/a.cpp", line}})) == Places{"policies/a.cpp:1"});
  }
}

TEST_CASE("words that only look like an impure call are no finding") {
  CHECK(check_banned_calls(
            {{"policies/a.cpp",
              "// throw a double away\nint grand(int operand);\n/* float */\nauto s = \"rand()\";\n"
              "auto raw = R\"(std::mutex)\";\nint x = 1'000;  // it's fine\n"},
             {"runtime/a.cpp", "double x; throw 1;"}})
            .empty());
}

TEST_CASE("an actor that looks at a clock or a file, and a question whether all is simulated, are found") {
  CHECK(places(check_banned_calls({{"actors/a.cpp", "\nauto t = std::chrono::system_clock::now();"}})) ==
        Places{"actors/a.cpp:2"});
  CHECK(places(check_banned_calls({{"actors/a.cpp", "std::ifstream in;"}})) == Places{"actors/a.cpp:1"});
  CHECK(places(check_banned_calls({{"runtime/a.cpp", "if (is_simulated()) return;"}})) ==
        Places{"runtime/a.cpp:1"});
}

TEST_CASE("a property of a test whose answer is dropped is found") {
  CHECK(places(check_banned_calls({{"tests/a.cpp", "\n  rc::check(\"p\", [] {});"}})) ==
        Places{"tests/a.cpp:2"});
  CHECK(check_banned_calls({{"tests/a.cpp", "  CHECK(rc::check([] {}));\nstd::ifstream in;"}}).empty());
}

TEST_CASE("a source in no target and a header that nothing includes are found") {
  const Tree tree{{"policies/CMakeLists.txt", "add_library(p a.cpp crypto/b.cpp)\n# c.cpp"},
                  {"policies/a.cpp", "#include \"policies/a.hpp\""},
                  {"policies/a.hpp", ""},
                  {"policies/aa.cpp", ""},
                  {"policies/c.cpp", ""},
                  {"policies/crypto/b.cpp", ""},
                  {"policies/crypto/CMakeLists.txt", "target_sources(p PRIVATE ../d.cpp)"},
                  {"policies/d.cpp", ""},
                  {"policies/lonely.hpp", ""},
                  {"messages/x.capnp", ""}};
  CHECK(places(check_targets(tree)) ==
        Places{"messages/x.capnp:0", "policies/aa.cpp:0", "policies/c.cpp:0", "policies/lonely.hpp:0"});
}

TEST_CASE("a command of the README that doesn't exist is found") {
  const Tree tree{{"README.md",
                   "[a](docs/none.md) [b](docs/here.md#part) [c](https://example.org/x)\n```\n$ scripts/mnrt "
                   "run configs/a.toml\n"
                   "scripts/gone\nscripts/mnrt fly\nmnrt run configs/gone.toml\necho scripts\n```\n"},
                  {"docs/here.md", ""},
                  {"configs/a.toml", ""},
                  {"runtime/cli/main.cpp", "app.add_subcommand(\"run\", \"start\");"}};
  CHECK(places(check_readme(tree, {"scripts/mnrt"})) ==
        Places{"README.md:1", "README.md:4", "README.md:5", "README.md:6"});
  CHECK(cli_commands(tree) == std::set<std::string>{"run"});
  CHECK(places(check_readme({{"README.md", "```\n"}}, {})) == Places{"README.md:1"});
}

TEST_CASE("marks of unfinished work and paths of one machine are found") {
  CHECK(places(check_words({{"a.cpp", "\n// TODO: later"}})) == Places{"a.cpp:2"});
  CHECK(places(check_words({{"scripts/x", "cd /home/me/mnrt"}})) == Places{"scripts/x:1"});
  CHECK(check_words({{"tests/a.cpp", "load(\"/home/me/x\")"}}).empty());
  CHECK(check_words({{"a.md", "see docs/home/page, $ROOT/home/x and the framework/lib"}}).empty());
}

TEST_CASE("a planted bug whose place is gone, or isn't one, is found") {
  const auto bug = [](const std::string& find) {
    return "what: x\nfile: a.cpp\nfind: " + find + "\nplant: y\n";
  };
  const Tree tree{{"a.cpp", "if (a) b();\nif (c) b();\n"},
                  {"tests/planted/good", bug("if (a)")},
                  {"tests/planted/gone", bug("if (d)")},
                  {"tests/planted/twice", bug("b();")},
                  {"tests/planted/without", "what: x\n"}};
  CHECK(places(check_planted(tree)) ==
        Places{"tests/planted/gone:0", "tests/planted/twice:0", "tests/planted/without:0"});
}

TEST_CASE("a header without its guard and a file that is too long are found") {
  CHECK(places(check_files({{"a.hpp", "int x;"}})) == Places{"a.hpp:1"});
  CHECK(places(check_files({{"a.cpp", std::string(451, '\n')}})) == Places{"a.cpp:451"});
  CHECK(check_files({{"a.hpp", "#pragma once\n"}}).empty());
}

}  // namespace
}  // namespace mnrt::tidy
