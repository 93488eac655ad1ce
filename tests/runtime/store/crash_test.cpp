#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include "tests/runtime/store/opened_store.hpp"

using namespace mnrt::runtime::testing;

// SIGKILL shows that what was answered survives a dead process; it can't show a missing sync (the simulated
// disk does).
TEST_CASE("nothing that was done is lost to SIGKILL, and no batch comes back in part", "[store]") {
  Folder folder;
  for (int round = 0; round < 5; ++round) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      auto store = mnrt::runtime::open_store(folder.path() / "db", small_budget);
      if (!store) ::_exit(1);
      for (std::uint32_t i = 0;; ++i) {
        const auto key = bytes("round " + std::to_string(round) + " row " + std::to_string(i));
        (*store)->append({{Table::blocks, key, Bytes(2'000, 7)}, {Table::headers, key, bytes("h")}},
                         [&, i](auto result) {
                           if (result && ::write(ends[1], &i, sizeof i) != sizeof i) ::_exit(2);
                         });
      }
    }
    ::close(ends[1]);
    std::uint32_t done = 0;
    const auto stop_at = static_cast<std::uint32_t>(100 + 70 * round);
    while (::read(ends[0], &done, sizeof done) == sizeof done && done < stop_at) {
    }
    ::kill(child, SIGKILL);
    while (::read(ends[0], &done, sizeof done) == sizeof done) {
    }
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    const auto store = open_in(folder);
    const auto snapshot = store->snapshot();
    for (std::uint32_t i = 0; i <= done; ++i)
      REQUIRE(get(*snapshot, Table::blocks, "round " + std::to_string(round) + " row " + std::to_string(i)));
    const auto blocks = snapshot->scan(Table::blocks, {}, {}, 1'000'000).value();
    const auto headers = snapshot->scan(Table::headers, {}, {}, 1'000'000).value();
    REQUIRE(blocks.size() == headers.size());
  }
}
