#pragma once

#include <caf/error.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/sec.hpp>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "actors/damage.hpp"
#include "actors/ports.hpp"

namespace mnrt::actors {

/// What a role does with an exception that reaches its edge: note it and end, so that its supervisor starts
/// it anew. CAF's own handler would print to standard output. Of damage `halt` hears first, if it is there.
inline caf::scheduled_actor::exception_handler note_and_end(Notes& notes, std::string_view role,
                                                            std::function<void(Halt)> halt = {}) {
  return [&notes, role, halt = std::move(halt)](caf::scheduled_actor*,
                                                std::exception_ptr& thrown) -> caf::error {
    std::string what = "unknown exception";
    try {
      std::rethrow_exception(thrown);
    } catch (const Damaged& damage) {
      what = damage.what();
      if (halt) halt({Halt::Kind::integrity, what});
    } catch (const std::exception& e) {
      what = e.what();
    } catch (...) {
    }
    notes.add(role,
              {.level = policies::Note::Level::error, .code = "role_crashed", .fields = {{"what", what}}});
    return caf::sec::runtime_error;
  };
}

/// What a role throws on a Crash message.
struct AskedToCrash : std::runtime_error {
  AskedToCrash() : std::runtime_error("asked to crash") {}
};

}  // namespace mnrt::actors
