#include "runtime/gateway/json.hpp"

#include <algorithm>
#include <set>

#include "policies/notary/base64.hpp"

namespace mnrt::runtime {
namespace {

constexpr int depth_max = 16;

std::string ticked(std::string_view name) {
  return "`" + std::string{name} + "`";
}

template <class T>
std::optional<T> array_from_hex(std::string_view text) {
  T value;
  auto bytes = policies::from_hex(text);
  if (!bytes || bytes->size() != value.bytes.size()) return std::nullopt;
  std::ranges::copy(*bytes, value.bytes.begin());
  return value;
}

}  // namespace

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::expected<Json, std::string> parse_json(std::string_view text) {
  std::optional<std::string> wrong;
  std::vector<std::set<std::string>> open;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    using enum Json::parse_event_t;
    if (wrong) return true;
    switch (event) {
      case object_start:
        open.emplace_back();
        [[fallthrough]];
      case array_start:
        if (depth >= depth_max) wrong = "The JSON has more than 16 levels.";
        break;
      case object_end:
        open.pop_back();
        break;
      case key:
        if (!open.back().insert(parsed.get<std::string>()).second)
          wrong = "The member " + ticked(parsed.get<std::string>()) + " stands there twice.";
        break;
      case value:
        if (parsed.is_number_float())
          wrong = "Numbers are integers below 2^64; amounts are strings of base units.";
        break;
      default:
        break;
    }
    return true;
  };
  auto value = Json::parse(text.begin(), text.end(), watch, false);
  if (wrong) return std::unexpected(*wrong);
  if (value.is_discarded()) return std::unexpected("The body isn't JSON.");
  return value;
}

ObjectReader::ObjectReader(const Json& value, std::string where) : value_(value), where_(std::move(where)) {
  if (!value_.is_object())
    fail(where_.empty() ? "The body must be an object." : ticked(where_) + " must be an object.");
}

std::string ObjectReader::name(std::string_view key) const {
  return ticked(where_.empty() ? std::string{key} : where_ + "." + std::string{key});
}

void ObjectReader::fail(std::string what) {
  if (!error_) error_ = std::move(what);
}

bool ObjectReader::has(const char* key) const {
  return value_.is_object() && value_.contains(key);
}

const Json* ObjectReader::find(const char* key) {
  known_.push_back(key);
  if (!value_.is_object()) return nullptr;
  auto found = value_.find(key);
  return found == value_.end() ? nullptr : &*found;
}

const Json* ObjectReader::need(const char* key) {
  const auto* found = find(key);
  if (found == nullptr) fail("The member " + name(key) + " is missing.");
  return found;
}

std::string ObjectReader::text(const char* key) {
  const auto* found = need(key);
  if (found == nullptr) return {};
  if (!found->is_string()) {
    fail(name(key) + " must be a string.");
    return {};
  }
  return found->get<std::string>();
}

std::optional<std::string> ObjectReader::text_if(const char* key) {
  if (has(key)) return text(key);
  known_.push_back(key);
  return std::nullopt;
}

std::uint64_t ObjectReader::number(const char* key, std::uint64_t max) {
  const auto* found = need(key);
  if (found == nullptr) return 0;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > max) {
    fail(name(key) + " must be a whole number from 0 to " + std::to_string(max) + ".");
    return 0;
  }
  return found->get<std::uint64_t>();
}

std::optional<std::uint64_t> ObjectReader::number_if(const char* key, std::uint64_t max) {
  if (has(key)) return number(key, max);
  known_.push_back(key);
  return std::nullopt;
}

std::vector<std::string> ObjectReader::texts(const char* key, std::size_t max) {
  const auto* found = need(key);
  if (found == nullptr) return {};
  std::vector<std::string> all;
  const auto is_text = [](const Json& one) { return one.is_string(); };
  if (!found->is_array() || found->size() > max || !std::ranges::all_of(*found, is_text)) {
    fail(name(key) + " must be a list of at most " + std::to_string(max) + " strings.");
    return {};
  }
  for (const auto& one : *found) all.push_back(one.get<std::string>());
  return all;
}

std::vector<std::string> ObjectReader::texts_if(const char* key, std::size_t max) {
  if (has(key)) return texts(key, max);
  known_.push_back(key);
  return {};
}

std::vector<const Json*> ObjectReader::list(const char* key, std::size_t max) {
  const auto* found = need(key);
  if (found == nullptr) return {};
  if (!found->is_array() || found->empty() || found->size() > max) {
    fail(name(key) + " must be a list of 1 to " + std::to_string(max) + ".");
    return {};
  }
  std::vector<const Json*> all;
  for (const auto& one : *found) all.push_back(&one);
  return all;
}

const Json* ObjectReader::object_if(const char* key) {
  const auto* found = find(key);
  if (found != nullptr && !found->is_object()) {
    fail(name(key) + " must be an object.");
    return nullptr;
  }
  return found;
}

policies::Amount ObjectReader::amount(const char* key) {
  const auto written = text(key);
  if (error_) return {};
  const auto amount = policies::amount_from_string(written);
  if (!amount) fail(name(key) + " must be a string of base units: digits alone.");
  return amount.value_or(policies::Amount{});
}

std::optional<policies::Amount> ObjectReader::amount_if(const char* key) {
  if (has(key)) return amount(key);
  known_.push_back(key);
  return std::nullopt;
}

policies::Address ObjectReader::address(const char* key) {
  const auto written = text(key);
  if (error_) return {};
  const auto address = policies::address_from_bech32m(written);
  if (!address) fail(name(key) + " must be an address: bech32m with the prefix mn, checksum and all.");
  return address.value_or(policies::Address{});
}

policies::Digest ObjectReader::digest(const char* key, std::string_view kind) {
  const auto written = text(key);
  if (error_) return {};
  const auto digest = digest_from(written, kind);
  if (!digest) fail(name(key) + " must be `" + std::string{kind} + ":` and 64 hexadecimal characters.");
  return digest.value_or(policies::Digest{});
}

std::optional<policies::Digest> ObjectReader::digest_if(const char* key, std::string_view kind) {
  if (has(key)) return digest(key, kind);
  known_.push_back(key);
  return std::nullopt;
}

policies::PublicKey ObjectReader::public_key(const char* key) {
  const auto written = text(key);
  if (error_) return {};
  const auto parsed = public_key_from_hex(written);
  if (!parsed) fail(name(key) + " must be an Ed25519 public key: 64 hexadecimal characters.");
  return parsed.value_or(policies::PublicKey{});
}

policies::Bytes ObjectReader::base64(const char* key, std::size_t bytes_max) {
  const auto written = text(key);
  if (error_) return {};
  auto bytes = policies::from_base64(written);
  if (!bytes || bytes->size() > bytes_max) {
    fail(name(key) + " must be standard base64 with padding, of at most " + std::to_string(bytes_max) +
         " bytes.");
    return {};
  }
  return std::move(*bytes);
}

std::optional<std::string> ObjectReader::error() {
  if (error_ || !value_.is_object()) return error_;
  for (const auto& [key, member] : value_.items())
    if (std::ranges::find(known_, std::string_view{key}) == known_.end())
      return "The member " + name(key) + " isn't known here.";
  return std::nullopt;
}

std::string digest_text(std::string_view kind, const policies::Digest& digest) {
  return std::string{kind} + ":" + policies::to_hex(digest.bytes);
}

std::optional<policies::Digest> digest_from(std::string_view text, std::string_view kind) {
  if (text.starts_with(kind) && text.substr(kind.size()).starts_with(':'))
    text.remove_prefix(kind.size() + 1);
  return policies::digest_from_hex(text);
}

std::optional<policies::PublicKey> public_key_from_hex(std::string_view text) {
  return array_from_hex<policies::PublicKey>(text);
}

std::optional<policies::Signature> signature_from_hex(std::string_view text) {
  return array_from_hex<policies::Signature>(text);
}

}  // namespace mnrt::runtime
