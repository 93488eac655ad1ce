#include "messages/strict.hpp"

#include <algorithm>

#include "policies/check.hpp"

namespace mnrt::messages {
namespace {

/// Width of a field of the data section; 0 for a pointer.
unsigned bits_of(capnp::Type type) {
  using Which = capnp::schema::Type::Which;
  switch (type.which()) {
    case Which::BOOL:
      return 1;
    case Which::INT8:
    case Which::UINT8:
      return 8;
    case Which::INT16:
    case Which::UINT16:
    case Which::ENUM:
      return 16;
    case Which::INT32:
    case Which::UINT32:
      return 32;
    case Which::INT64:
    case Which::UINT64:
      return 64;
    default:
      return 0;
  }
}

void mark(StructShape& shape, unsigned bits, std::size_t offset) {
  if (bits == 0) return;
  const auto first = bits * offset;
  const auto mask = bits == 64 ? ~std::uint64_t{0} : ((std::uint64_t{1} << bits) - 1) << (first % 64);
  shape.masks[first / 64] |= mask;
}

void mark_fields(StructShape& shape, capnp::StructSchema schema) {
  const auto node = schema.getProto().getStruct();
  if (node.getDiscriminantCount() > 0) mark(shape, 16, node.getDiscriminantOffset());
  for (auto field : schema.getFields()) {
    const auto proto = field.getProto();
    if (proto.isGroup()) {
      mark_fields(shape, field.getType().asStruct());
      continue;
    }
    const auto bits = bits_of(field.getType());
    // Two members of a union in one word would hide each other's stray bits from the mask.
    MNRT_CHECK(bits == 0 || proto.getDiscriminantValue() == capnp::schema::Field::NO_DISCRIMINANT);
    mark(shape, bits, proto.getSlot().getOffset());
  }
}

}  // namespace

kj::ArrayPtr<capnp::word> MessageInPlace::allocateSegment(capnp::uint words_min) {
  const auto room = first_.size() / sizeof(capnp::word);
  if (!std::exchange(first_used_, true) && room >= words_min)
    return kj::arrayPtr(reinterpret_cast<capnp::word*>(first_.data()), room);
  const auto words = std::max<std::size_t>(words_min, room);
  more_.push_back(kj::heapArray<capnp::word>(words));
  std::memset(more_.back().begin(), 0, words * sizeof(capnp::word));
  return more_.back().asPtr();
}

std::optional<policies::Bytes> MessageInPlace::take() {
  const auto segments = getSegmentsForOutput();
  if (segments.size() != 1 || !more_.empty()) return std::nullopt;
  const auto words = segments[0];
  if (!is_canonical({reinterpret_cast<const std::uint64_t*>(words.begin()), words.size()}))
    return std::nullopt;
  first_.resize(words.size() * sizeof(capnp::word));
  return std::move(first_);
}

StructShape shape_of(capnp::StructSchema schema) {
  const auto node = schema.getProto().getStruct();
  StructShape shape;
  shape.masks.resize(node.getDataWordCount());
  shape.pointers = node.getPointerCount();
  mark_fields(shape, schema);
  shape.all_bits = true;
  for (auto mask : shape.masks) shape.all_bits = shape.all_bits && mask == ~std::uint64_t{0};
  return shape;
}

void require_known(const StructShape& shape, capnp::AnyStruct::Reader reader) {
  const auto data = reader.getDataSection();
  require(data.size() <= shape.masks.size() * sizeof(capnp::word), DecodeError::unknown_field);
  require(reader.getPointerSection().size() <= shape.pointers, DecodeError::unknown_field);
  if (shape.all_bits) return;
  for (std::size_t i = 0; i < data.size() / sizeof(capnp::word); ++i) {
    std::uint64_t word;
    std::memcpy(&word, data.begin() + i * sizeof(word), sizeof(word));
    require((little_endian(word) & ~shape.masks[i]) == 0, DecodeError::unknown_field);
  }
}

}  // namespace mnrt::messages
