#include "runtime/cli/serving.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "runtime/cli/context.hpp"
#include "runtime/cli/receipt_files.hpp"
#include "runtime/cli/trust_root.hpp"
#include "tests/runtime/keys/scratch_folder.hpp"

namespace {

using namespace mnrt::runtime;
using namespace mnrt::tests;

/// A variable of this process while it lives.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { unsetenv(name_); }

 private:
  const char* name_;
};

TEST_CASE("what was typed wins over the environment, which wins over nothing") {
  Context context;
  {
    const Variable set("MNRT_DATA_DIR", "/from/environment");
    CHECK(context.data_path() == "/from/environment");
    context.data_dir = "/typed";
    CHECK(context.data_path() == "/typed");
  }
  CHECK(or_environment("", "MNRT_API").empty());
  const Variable set("MNRT_API", "https://10.0.0.1:1");
  CHECK(or_environment("", "MNRT_API") == "https://10.0.0.1:1");
  CHECK(or_environment("unix:x", "MNRT_API") == "unix:x");
}

TEST_CASE("a node is found by its data directory") {
  const ScratchFolder scratch;
  CHECK_FALSE(stored_api_url(scratch.path()));
  NodeFacts facts;
  facts.addresses.api = "https://0.0.0.0:8443";
  facts.chain_id.bytes.fill(7);
  CHECK(leave_word(scratch.path(), facts).empty());
  CHECK(stored_api_url(scratch.path()) == "https://127.0.0.1:8443");
  CHECK(stored_chain_id(scratch.path())->value() == facts.chain_id);
}

TEST_CASE("a listener on all addresses is reached through loopback, any other at its own address") {
  CHECK(local_url("https://0.0.0.0:8080") == "https://127.0.0.1:8080");
  CHECK(local_url("https://[::]:8080") == "https://[::1]:8080");
  CHECK(local_url("https://10.0.0.1:8080") == "https://10.0.0.1:8080");
}

TEST_CASE("where a receipt can't go is known before it is made") {
  const ScratchFolder scratch;
  REQUIRE(write_text(scratch.path() / "file", "text"));
  CHECK(can_write(scratch.path() / "deep/er/R"));
  CHECK_FALSE(can_write(scratch.path() / "file/R"));
  CHECK_FALSE(can_write(scratch.path()));
}

}  // namespace
