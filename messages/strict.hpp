#pragma once

#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/schema.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <expected>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "messages/canonical_form.hpp"
#include "messages/decode_error.hpp"
#include "policies/amount.hpp"
#include "policies/bytes.hpp"

// Reading and writing canonical Cap'n Proto so that each value has exactly one encoding. The canonical form
// of the specification isn't enough: a reader of an older schema would skip bits and pointers that it doesn't
// know, a null list reads like an empty one, and a list of numbers reads as a list of structs. All three are
// refused here. Included by the codecs' sources alone.
namespace mnrt::messages {

/// Thrown while reading, caught by `decode_with`; never leaves messages/.
struct Refused {
  DecodeError error;
};

inline void require(bool condition, DecodeError error) {
  if (!condition) throw Refused{error};
}

/// One canonical message in aligned words, checked on construction. The words must outlive it.
class CanonicalMessage {
 public:
  explicit CanonicalMessage(kj::ArrayPtr<const capnp::word> words)
      : words_(words), reader_(kj::arrayPtr(&words_, 1), options_for(words.size())) {
    require(is_canonical({reinterpret_cast<const std::uint64_t*>(words.begin()), words.size()}),
            DecodeError::not_canonical);
  }

  template <class Root>
  typename Root::Reader root() {
    return reader_.getRoot<Root>();
  }

 private:
  // A decoder reads a word a few times; more is an amplification.
  static capnp::ReaderOptions options_for(std::size_t words) {
    return {.traversalLimitInWords = 8 * words + 512, .nestingLimit = 18};
  }

  kj::ArrayPtr<const capnp::word> words_;
  capnp::SegmentArrayMessageReader reader_;
};

/// Whole words at an aligned address.
inline bool is_aligned(policies::ByteView bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes.data()) % sizeof(capnp::word) == 0;
}

inline kj::ArrayPtr<const capnp::word> words_of(policies::ByteView aligned) {
  return kj::arrayPtr(reinterpret_cast<const capnp::word*>(aligned.data()),
                      aligned.size() / sizeof(capnp::word));
}

/// Runs `read` on the root of a canonical message: the one place where exceptions of the library end.
/// Copies bytes that aren't aligned, so `read` must not keep views into them.
template <class Root, class Read>
auto decode_with(policies::ByteView bytes, std::size_t bytes_max, Read&& read)
    -> std::expected<std::invoke_result_t<Read, typename Root::Reader>, DecodeError> {
  if (bytes.size() > bytes_max) return std::unexpected(DecodeError::too_large);
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0)
    return std::unexpected(DecodeError::truncated);
  std::vector<std::uint64_t> copy;
  if (!is_aligned(bytes)) {
    copy.resize(bytes.size() / sizeof(capnp::word));
    std::memcpy(copy.data(), bytes.data(), bytes.size());
    bytes = {reinterpret_cast<const std::uint8_t*>(copy.data()), bytes.size()};
  }
  try {
    CanonicalMessage message(words_of(bytes));
    return read(message.root<Root>());
  } catch (const Refused& refused) {
    return std::unexpected(refused.error);
  } catch (const kj::Exception&) {
    return std::unexpected(DecodeError::malformed);
  }
}

/// A message inside a message: data that holds a canonical message of its own.
inline policies::ByteView nested(capnp::Data::Reader data) {
  require(data.size() > 0, DecodeError::missing_field);
  require(data.size() % sizeof(capnp::word) == 0, DecodeError::truncated);
  return {data.begin(), data.size()};
}

/// The answer of a nested decode, or its refusal.
template <class T>
T unwrap(std::expected<T, DecodeError> result) {
  if (!result) throw Refused{result.error()};
  return std::move(*result);
}

/// The canonical form of a struct. As the library's `canonicalize`, without its two copies of the result.
template <class Root>
policies::Bytes canonical_bytes(typename Root::Reader root) {
  policies::Bytes bytes((root.totalSize().wordCount + 1) * sizeof(capnp::word));
  capnp::FlatMessageBuilder message(
      kj::arrayPtr(reinterpret_cast<capnp::word*>(bytes.data()), bytes.size() / sizeof(capnp::word)));
  message.getRoot<capnp::AnyPointer>().setCanonicalAs<Root>(root);
  bytes.resize(message.getSegmentsForOutput()[0].asBytes().size());
  return bytes;
}

/// The canonical form of what `fill` writes.
template <class Root, class Fill>
policies::Bytes encode_with(Fill&& fill) {
  alignas(8) std::array<capnp::word, 256> scratch{};  // enough for most, so that no memory is asked for
  capnp::MallocMessageBuilder message(kj::arrayPtr(scratch.data(), scratch.size()));
  auto root = message.initRoot<Root>();
  fill(root);
  return canonical_bytes<Root>(root.asReader());
}

/// A message built where its bytes stay, for those of a block's size: `encode_with` copies them once more.
/// What is filled in the order of its fields is canonical as it stands, but for structs that end in zeros.
class MessageInPlace final : public capnp::MessageBuilder {
 public:
  explicit MessageInPlace(std::size_t words) : first_(words * sizeof(capnp::word)) {}

  kj::ArrayPtr<capnp::word> allocateSegment(capnp::uint words_min) override;

  /// The bytes when they are canonical. Once: they are moved out.
  std::optional<policies::Bytes> take();

 private:
  policies::Bytes first_;
  std::vector<kj::Array<capnp::word>> more_;  ///< what `first_` had no room for
  bool first_used_{};
};

/// The same bytes as `encode_with`, fastest when they fit into `words`.
template <class Root, class Fill>
policies::Bytes encode_in_place(std::size_t words, Fill&& fill) {
  MessageInPlace message(words);
  fill(message.initRoot<Root>());
  if (auto bytes = message.take()) return *std::move(bytes);
  return canonical_bytes<Root>(message.getRoot<Root>().asReader());
}

/// The bits and pointers that a struct of the schema has.
struct StructShape {
  std::vector<std::uint64_t> masks;  ///< one a word of the data section: bits that belong to a field
  std::size_t pointers{};
  bool all_bits{};  ///< every mask is full
};
StructShape shape_of(capnp::StructSchema schema);

/// Refuses a struct that has more than the schema's fields.
void require_known(const StructShape& shape, capnp::AnyStruct::Reader reader);

template <class Reader>
void require_known(const Reader& reader) {
  static const StructShape shape = shape_of(capnp::Schema::from<capnp::FromReader<Reader>>());
  require_known(shape, capnp::AnyStruct::Reader(reader));
}

template <class List>
struct ElementOf;
template <class Element, capnp::Kind list_kind>
struct ElementOf<capnp::List<Element, list_kind>> {
  using type = Element;
  static constexpr capnp::Kind kind = list_kind;
  static constexpr capnp::ElementSize size =
      list_kind == capnp::Kind::STRUCT         ? capnp::ElementSize::INLINE_COMPOSITE
      : std::is_same_v<Element, bool>          ? capnp::ElementSize::BIT
      : std::is_same_v<Element, std::uint64_t> ? capnp::ElementSize::EIGHT_BYTES
                                               : capnp::ElementSize::POINTER;
};

/// Takes a list as the only encoding of its value: null when empty, its elements of the schema's kind and
/// known. `present` is the reader's hasX().
template <class List>
List require_list(bool present, List list, std::size_t count_max) {
  using Element = ElementOf<typename List::Reads>;
  require(present == (list.size() > 0), DecodeError::not_canonical);
  require(list.size() <= count_max, DecodeError::wrong_length);
  if (!present) return list;
  require(capnp::AnyList::Reader(list).getElementSize() == Element::size, DecodeError::not_canonical);
  if constexpr (Element::kind == capnp::Kind::STRUCT)
    for (auto element : list) require_known(element);
  return list;
}

/// Data or text: null when empty.
template <class Blob>
Blob require_blob(bool present, Blob blob) {
  require(present == (blob.size() > 0), DecodeError::not_canonical);
  return blob;
}

inline std::uint64_t little_endian(std::uint64_t word) {
  if constexpr (std::endian::native == std::endian::big) return __builtin_bswap64(word);
  return word;
}

/// 32 bytes as four words of a struct or group.
template <class Value, class Words>
Value read_32(const Words& words) {
  const std::array<std::uint64_t, 4> all{little_endian(words.getW0()), little_endian(words.getW1()),
                                         little_endian(words.getW2()), little_endian(words.getW3())};
  Value value;
  static_assert(sizeof(value.bytes) == sizeof(all));
  std::memcpy(value.bytes.data(), all.data(), sizeof(all));
  return value;
}

template <class Value, class Words>
void write_32(Words words, const Value& value) {
  std::array<std::uint64_t, 4> all;
  static_assert(sizeof(value.bytes) == sizeof(all));
  std::memcpy(all.data(), value.bytes.data(), sizeof(all));
  words.setW0(little_endian(all[0]));
  words.setW1(little_endian(all[1]));
  words.setW2(little_endian(all[2]));
  words.setW3(little_endian(all[3]));
}

/// 64 bytes as eight words.
template <class Value, class Words>
Value read_64(const Words& words) {
  const std::array<std::uint64_t, 8> all{little_endian(words.getW0()), little_endian(words.getW1()),
                                         little_endian(words.getW2()), little_endian(words.getW3()),
                                         little_endian(words.getW4()), little_endian(words.getW5()),
                                         little_endian(words.getW6()), little_endian(words.getW7())};
  Value value;
  static_assert(sizeof(value.bytes) == sizeof(all));
  std::memcpy(value.bytes.data(), all.data(), sizeof(all));
  return value;
}

template <class Value, class Words>
void write_64(Words words, const Value& value) {
  std::array<std::uint64_t, 8> all;
  static_assert(sizeof(value.bytes) == sizeof(all));
  std::memcpy(all.data(), value.bytes.data(), sizeof(all));
  words.setW0(little_endian(all[0]));
  words.setW1(little_endian(all[1]));
  words.setW2(little_endian(all[2]));
  words.setW3(little_endian(all[3]));
  words.setW4(little_endian(all[4]));
  words.setW5(little_endian(all[5]));
  words.setW6(little_endian(all[6]));
  words.setW7(little_endian(all[7]));
}

template <class Words>
policies::Amount read_amount(const Words& words) {
  return {(static_cast<policies::uint128>(words.getHigh()) << 64) | words.getLow()};
}

template <class Words>
void write_amount(Words words, policies::Amount amount) {
  words.setLow(static_cast<std::uint64_t>(amount.units));
  words.setHigh(static_cast<std::uint64_t>(amount.units >> 64));
}

inline capnp::Data::Reader data_of(policies::ByteView bytes) {
  return {bytes.data(), bytes.size()};
}
inline policies::Bytes bytes_of(capnp::Data::Reader data) {
  return {data.begin(), data.end()};
}

}  // namespace mnrt::messages
