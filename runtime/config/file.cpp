#include "runtime/config/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <toml.hpp>

#include "policies/toml_text.hpp"
#include "runtime/config/closest.hpp"

namespace mnrt::runtime {

namespace {

using toml::value_t;

std::string_view type_name(value_t type) {
  switch (type) {
    case value_t::boolean:
      return "a boolean";
    case value_t::integer:
      return "a whole number";
    case value_t::floating:
      return "a decimal number";
    case value_t::string:
      return "a string";
    case value_t::array:
      return "a list";
    case value_t::table:
      return "a table";
    default:
      return "a date or time";
  }
}

/// The value as it stands in the file: numbers are read from these characters, exactly.
std::string written(const toml::value& value) {
  auto at = value.location();
  auto line = at.line_str();
  if (at.column() < 1 || at.column() > line.size()) return {};
  return line.substr(at.column() - 1, at.region());
}

class Reader {
 public:
  Reader(std::string file, FileValues& out) : file_(std::move(file)), out_(out) {}

  void read_root(const toml::value& root) {
    std::vector<std::string_view> sections;
    for (const auto& key : all_keys())
      if (sections.empty() || sections.back() != key.section) sections.push_back(key.section);
    for (const auto& [name, value] : root.as_table()) {
      if (std::find(sections.begin(), sections.end(), name) == sections.end()) {
        refuse_section(name, value, sections);
      } else if (!value.is_table()) {
        problem(position_of_key(name, value),
                fmt::format("[{}] must be a section, not {}", name, type_name(value.type())));
      } else {
        read_table(name, "", value);
      }
    }
  }

 private:
  Origin position_of_value(const toml::value& value) const {
    auto at = value.location();
    return {.source = Origin::Source::file,
            .name = file_,
            .line = static_cast<std::uint32_t>(std::max<std::size_t>(1, at.line())),
            .column = static_cast<std::uint32_t>(std::max<std::size_t>(1, at.column()))};
  }

  /// toml11 knows where a value stands; its key is the last mention of the name before it on that line.
  Origin position_of_key(std::string_view name, const toml::value& value) const {
    auto at = position_of_value(value);
    auto before = value.location().line_str().substr(0, at.column - 1);
    if (auto found = before.rfind(name); found != std::string::npos)
      at.column = static_cast<std::uint32_t>(found + 1);
    return at;
  }

  void problem(Origin where, std::string text) {
    out_.problems.push_back({std::move(where), std::move(text)});
  }

  void refuse_section(const std::string& name, const toml::value& value,
                      std::span<const std::string_view> sections) {
    auto where = position_of_key(name, value);
    if (!value.is_table() && !value.is_array()) {
      std::string belongs;
      for (const auto& key : all_keys())
        if (key.name == name)
          belongs += fmt::format("{}[{}]", belongs.empty() ? "; it belongs into " : " or ", key.section);
      return problem(where, fmt::format("key \"{}\" stands before the first section{}", name, belongs));
    }
    auto near = closest_to(name, sections);
    problem(where, fmt::format("unknown section [{}]{}", name,
                               near.empty() ? "" : fmt::format("; did you mean [{}]?", near)));
  }

  void refuse_key(std::string_view section, const std::string& name, const toml::value& value) {
    std::vector<std::string_view> siblings;
    std::string_view elsewhere;
    for (const auto& key : all_keys()) {
      if (key.section == section)
        siblings.push_back(key.name);
      else if (key.name == name && elsewhere.empty())
        elsewhere = key.section;
    }
    std::string hint;
    if (!elsewhere.empty())
      hint = fmt::format("; it belongs into [{}]", elsewhere);
    else if (auto near = closest_to(name, siblings); !near.empty())
      hint = fmt::format("; did you mean \"{}\"?", near);
    auto last = name.substr(name.rfind('.') + 1);
    problem(position_of_key(last, value), fmt::format("unknown key \"{}\" in [{}]{}", name, section, hint));
  }

  void read_table(const std::string& section, const std::string& prefix, const toml::value& table) {
    for (const auto& [name, value] : table.as_table()) {
      auto full = prefix + name;
      if (const Key* key = find_key(section, full)) {
        read_value(*key, value);
        continue;
      }
      bool is_prefix = std::any_of(all_keys().begin(), all_keys().end(), [&](const Key& key) {
        return key.section == section && key.name.starts_with(full + ".");
      });
      if (!is_prefix)
        refuse_key(section, full, value);
      else if (!value.is_table())
        problem(position_of_value(value),
                fmt::format("{}.{} must be a table, not {}", section, full, type_name(value.type())));
      else
        read_table(section, full + ".", value);
    }
  }

  void read_value(const Key& key, const toml::value& value) {
    auto where = position_of_value(value);
    auto converted = convert(key, value);
    if (!converted) return problem(where, fmt::format("{} {}", key.path(), converted.error()));
    out_.values.push_back({&key, std::move(*converted), std::move(where)});
  }

  static std::unexpected<std::string> wrong_type(const Key& key, const toml::value& value) {
    return std::unexpected(fmt::format("must be {}, not {}", accepted_values(key), type_name(value.type())));
  }

  static std::expected<Value, std::string> convert(const Key& key, const toml::value& value) {
    switch (key.kind) {
      case Kind::boolean:
        if (!value.is_boolean()) return wrong_type(key, value);
        return Value(value.as_boolean());
      case Kind::number:
        if (!value.is_integer()) return wrong_type(key, value);
        return convert_number(key, value);
      case Kind::share:
        if (!value.is_floating() && !value.is_integer()) return wrong_type(key, value);
        return value_from_text(key, written(value));
      case Kind::amount:
        if (value.is_string()) return value_from_text(key, value.as_string().str);
        if (!value.is_floating() && !value.is_integer()) return wrong_type(key, value);
        return value_from_text(key, written(value));
      case Kind::text:
      case Kind::choice:
        if (!value.is_string()) return wrong_type(key, value);
        return checked(key, value.as_string().str);
      case Kind::texts:
      case Kind::choices: {
        if (!value.is_array()) return wrong_type(key, value);
        std::vector<std::string> list;
        for (const auto& entry : value.as_array()) {
          if (!entry.is_string())
            return std::unexpected(fmt::format("must hold strings alone, not {}", type_name(entry.type())));
          list.push_back(entry.as_string().str);
        }
        return checked(key, std::move(list));
      }
    }
    return wrong_type(key, value);
  }

  /// Decimal digits are read from the file's characters, because the parser wraps what exceeds 64 bits.
  static std::expected<Value, std::string> convert_number(const Key& key, const toml::value& value) {
    constexpr std::size_t other_base_characters_max = 15;
    auto text = written(value);
    if (plain_digits(text) || text.starts_with('-') || text.size() > other_base_characters_max)
      return value_from_text(key, text);
    auto number = value.as_integer();
    if (number < 0) return value_from_text(key, text);
    return checked(key, static_cast<std::uint64_t>(number));
  }

  std::string file_;
  FileValues& out_;
};

/// toml11 writes several lines and a picture; the first line says it.
ConfigProblem from_syntax_error(const toml::syntax_error& error, const std::string& file) {
  std::string text = error.what();
  text.resize(std::min(text.find('\n'), text.size()));
  bool twice = text.find("already exists") != std::string::npos;
  auto quoted = text.find("(\"");
  if (twice && quoted != std::string::npos) {
    auto name = text.substr(quoted + 2, text.find('"', quoted + 2) - quoted - 2);
    text = text.find("table (") != std::string::npos ? fmt::format("section [{}] stands twice", name)
                                                     : fmt::format("key \"{}\" stands twice", name);
  } else {
    for (std::string_view prefix : {"[error] ", "toml::"})
      if (text.starts_with(prefix)) text.erase(0, prefix.size());
    if (auto colon = text.find(": "); colon != std::string::npos) text.erase(0, colon + 2);
    if (text == "invalid line format") text = "the line goes on behind its value, or a string has no quotes";
    if (text == "an invalid key appeared.") text = "no valid name of a key or section";
    text = "not TOML: " + text;
  }
  return {{.source = Origin::Source::file,
           .name = file,
           .line = static_cast<std::uint32_t>(std::max<std::size_t>(1, error.location().line())),
           .column = static_cast<std::uint32_t>(std::max<std::size_t>(1, error.location().column()))},
          text};
}

}  // namespace

FileValues read_toml(std::string_view text, const std::string& file) {
  FileValues out;
  if (auto fault = policies::fault_of_toml(text)) {
    out.problems.push_back(
        {{.source = Origin::Source::file, .name = file, .line = fault->line, .column = fault->column},
         std::move(fault->what)});
    return out;
  }
  try {
    std::istringstream stream{std::string(text)};
    Reader(file, out).read_root(toml::parse(stream, file));
  } catch (const toml::syntax_error& error) {
    out.problems.push_back(from_syntax_error(error, file));
  } catch (const std::exception& error) {
    out.problems.push_back({{.source = Origin::Source::file, .name = file, .line = 1, .column = 1},
                            fmt::format("not TOML: {}", std::string_view(error.what()).substr(0, 200))});
  }
  return out;
}

}  // namespace mnrt::runtime
