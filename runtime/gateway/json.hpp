#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policies/address.hpp"
#include "policies/amount.hpp"
#include "policies/bytes.hpp"
#include "policies/digest.hpp"
#include "policies/keys.hpp"

// JSON as the API reads and writes it: strict in, in a fixed order out.
namespace mnrt::runtime {

using Json = nlohmann::ordered_json;

/// Compact; bytes that aren't UTF-8 become U+FFFD.
std::string dump(const Json& value);

/// RFC 8259 whole: no duplicate keys, no floating-point numbers, at most 16 levels. The error is a sentence
/// for people.
std::expected<Json, std::string> parse_json(std::string_view text);

/// Reads an object's members, each by its name and type, and remembers the first thing that is wrong: a
/// member that is missing, has another type or isn't known. What a reader returns after an error means
/// nothing; ask `error` at the end.
class ObjectReader {
 public:
  /// `where` stands before names in errors: "operations[0]".
  explicit ObjectReader(const Json& value, std::string where = {});

  std::string text(const char* key);
  std::optional<std::string> text_if(const char* key);
  std::uint64_t number(const char* key, std::uint64_t max = UINT64_MAX);
  std::optional<std::uint64_t> number_if(const char* key, std::uint64_t max = UINT64_MAX);
  std::vector<std::string> texts(const char* key, std::size_t max);
  std::vector<std::string> texts_if(const char* key, std::size_t max);
  /// An array of 1 to `max` members; empty on error.
  std::vector<const Json*> list(const char* key, std::size_t max);
  const Json* object_if(const char* key);
  bool has(const char* key) const;

  policies::Amount amount(const char* key);
  std::optional<policies::Amount> amount_if(const char* key);
  policies::Address address(const char* key);
  /// `sha256:…` or `blake3:…` as `kind` says, or the bare characters.
  policies::Digest digest(const char* key, std::string_view kind);
  std::optional<policies::Digest> digest_if(const char* key, std::string_view kind);
  policies::PublicKey public_key(const char* key);
  policies::Bytes base64(const char* key, std::size_t bytes_max);

  /// Says that something read is wrong for a reason of the caller's.
  void fail(std::string what);
  /// The first error; also unknown members, so call it when all known ones were read.
  std::optional<std::string> error();

 private:
  const Json* find(const char* key);
  const Json* need(const char* key);
  std::string name(std::string_view key) const;

  const Json& value_;
  std::string where_;
  std::vector<std::string_view> known_;
  std::optional<std::string> error_;
};

/// `kind:hex`.
std::string digest_text(std::string_view kind, const policies::Digest& digest);
/// With or without the prefix.
std::optional<policies::Digest> digest_from(std::string_view text, std::string_view kind);
std::optional<policies::PublicKey> public_key_from_hex(std::string_view text);
std::optional<policies::Signature> signature_from_hex(std::string_view text);

}  // namespace mnrt::runtime
