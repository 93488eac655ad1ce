// What a level may not do, as far as one can see it in a line of code.
#include <regex>
#include <vector>

#include "tests/tidy/rules.hpp"

namespace mnrt::tidy {
namespace {

struct Ban {
  std::string folder;  // "" is everywhere but tests/ and bench/
  std::regex what;
  std::string advice;
};

const std::vector<Ban>& bans() {
  static const std::vector<Ban> all = [] {
    const auto re = [](const char* text) { return std::regex(text, std::regex::optimize); };
    const std::string pure = "policies are pure: ";
    return std::vector<Ban>{
        {"policies/",
         re(R"(\b(system|steady|high_resolution)_clock\b|\b(clock_gettime|gettimeofday)\b|\bstd::time\s*\()"),
         pure + "time is an argument"},
        {"policies/",
         re(R"(\brandom_device\b|\bs?rand\s*\(|\bmt19937|\bdefault_random_engine\b|\brandombytes)"),
         pure + "chance is an argument"},
        {"policies/",
         re(R"(\bstd::(j?thread|async|(\w+_)?mutex|condition_variable|atomic|future|promise)\b|\bthread_local\b)"),
         pure + "no threads"},
        {"policies/", re(R"(\bunordered_)"),
         pure + "order must not depend on a hash; use std::map or a sorted vector"},
        {"policies/", re(R"(\b(double|float)\b)"), pure + "money and shares are integers"},
        {"policies/",
         re(R"(\b(iostream|fstream|ifstream|ofstream|fopen|std::cout|std::cerr|getenv)\b|std::filesystem)"),
         pure + "return the effect and let runtime/ perform it"},
        {"policies/", re(R"(\bthrow\b)"), pure + "return std::expected, or a verdict that names its reason"},
        {"actors/", re(R"(\b(system|steady|high_resolution)_clock::now\b|\b(clock_gettime|gettimeofday)\b)"),
         "ask self->clock() or the wall-clock port: simulated time must reach every actor"},
        {"actors/", re(R"(\bstd::(j?thread|async)\b|\bsleep_(for|until)\b|\bcaf::detached\b)"),
         "no thread and no sleep in an actor: send yourself delayed mail"},
        {"actors/", re(R"(\b(ifstream|ofstream|fopen|random_device)\b|std::filesystem)"),
         "go through a port"},
        {"", re(R"(\b(is_)?simulat(ed|ion)\s*\(\s*\))"),
         "nothing may ask whether it is simulated: pass another port instead"},
        {"tests/", re(R"(^\s*rc::check\s*\()"),
         "its answer is dropped, so it can't fail: CHECK(rc::check(…))"},
    };
  }();
  return all;
}

}  // namespace

Findings check_banned_calls(const Tree& tree) {
  Findings out;
  for (const auto& [file, text] : tree) {
    if (!is_cpp(file) || file.starts_with("bench/")) continue;
    const auto code = lines(code_only(text));
    for (const auto& ban : bans()) {
      if (!file.starts_with(ban.folder) || (ban.folder.empty() && file.starts_with("tests/"))) continue;
      for (std::size_t i = 0; i < code.size(); ++i) {
        std::smatch m;
        if (std::regex_search(code[i], m, ban.what))
          out.push_back({file, i + 1, "banned calls", "`" + m.str() + "`: " + ban.advice});
      }
    }
  }
  return out;
}

}  // namespace mnrt::tidy
