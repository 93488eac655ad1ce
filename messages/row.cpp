#include "messages/row.hpp"

namespace mnrt::messages {

std::string_view name_of(Table table) {
  switch (table) {
    case Table::meta:
      return "meta";
    case Table::sign_state:
      return "sign_state";
    case Table::blocks:
      return "blocks";
    case Table::headers:
      return "headers";
    case Table::transactions:
      return "transactions";
    case Table::state:
      return "state";
    case Table::tree:
      return "tree";
    case Table::log:
      return "log";
    case Table::history:
      return "history";
    case Table::local:
      return "local";
    case Table::block_heights:
      return "block_heights";
    case Table::count_:
      break;
  }
  return "unknown";
}

}  // namespace mnrt::messages
