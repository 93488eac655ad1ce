#include "runtime/cli/help.hpp"

#include <fmt/format.h>

#include <utility>

#include "runtime/cli/terminal.hpp"

namespace mnrt::runtime {
namespace {

constexpr std::size_t name_columns = 28;

std::string entry(const std::string& name, const std::string& meaning) {
  auto left = fmt::format("  {:<{}}", name, name_columns - 2);
  if (left.size() <= name_columns) return wrapped(left, meaning, terminal_columns()) + "\n";
  return fmt::format("  {}\n", name) + wrapped(std::string(name_columns, ' '), meaning, terminal_columns()) +
         "\n";
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* command, std::string name,
                                     CLI::AppFormatMode mode) const {
  auto text = CLI::Formatter::make_help(command, std::move(name), mode);
  // CLI11 leaves two empty lines between groups of options.
  for (auto at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n")) text.erase(at, 1);
  return text;
}

std::string HelpFormatter::make_option(const CLI::Option* option, bool is_positional) const {
  auto meaning = make_option_desc(option);
  if (option->get_required() && !is_positional) meaning += " (required)";
  if (!option->get_default_str().empty()) meaning += fmt::format(" (default: {})", option->get_default_str());
  return entry(make_option_name(option, is_positional) + make_option_opts(option), meaning);
}

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  if (option->get_type_size() == 0) return {};
  // CLI11 adds what a value is checked against behind a colon; the description says it better.
  const auto type = option->get_type_name();
  auto shown = type.substr(0, type.find(':'));
  if (option->get_positional() && shown == "TEXT") shown.clear();
  const bool many = option->get_expected_max() > 1;
  return (shown.empty() || shown == option->get_name() ? std::string{} : " " + shown) + (many ? " ..." : "");
}

std::string HelpFormatter::make_subcommand(const CLI::App* command) const {
  return entry(command->get_name(), command->get_description());
}

std::string HelpFormatter::make_description(const CLI::App* command) const {
  return wrapped("", command->get_description(), terminal_columns()) + "\n\n";
}

}  // namespace mnrt::runtime
