#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace mnrt::runtime {

/// Lays out --help within the terminal's width: names in one column, what they mean beside them, and only
/// what a reader types as an option's value.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* command, std::string name, CLI::AppFormatMode mode) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_subcommand(const CLI::App* command) const override;
  std::string make_description(const CLI::App* command) const override;
};

}  // namespace mnrt::runtime
