#include "messages/canonical_form.hpp"

#include <array>
#include <bit>
#include <cstddef>

namespace mnrt::messages {
namespace {

constexpr int nesting_max = 16;

// Kinds of pointers and sizes of list elements (capnproto.org/encoding, Structs and Lists).
constexpr std::uint64_t struct_pointer = 0;
constexpr std::uint64_t list_pointer = 1;
constexpr std::uint64_t element_void = 0;
constexpr std::uint64_t element_pointer = 6;
constexpr std::uint64_t element_composite = 7;
constexpr std::array<std::uint64_t, 6> element_bits{0, 1, 8, 16, 32, 64};

// A struct without words points at its own pointer: offset −1, sizes 0.
constexpr std::uint64_t empty_struct = 0x00000000'fffffffc;

// Lists are counted in 29 bits, but a tag has room for 30: what stands in the last one nobody reads.
constexpr std::uint64_t count_max = (std::uint64_t{1} << 29) - 1;

struct Sizes {
  std::uint64_t data;
  std::uint64_t pointers;
  std::uint64_t words() const { return data + pointers; }
};

class Walk {
 public:
  explicit Walk(std::span<const std::uint64_t> words) : words_(words) {}

  bool whole() { return !words_.empty() && word(0) != 0 && follow(0) && head_ == words_.size(); }

 private:
  std::uint64_t word(std::uint64_t at) const {
    if constexpr (std::endian::native == std::endian::big) return __builtin_bswap64(words_[at]);
    return words_[at];
  }

  static Sizes sizes_of(std::uint64_t pointer) { return {pointer >> 32 & 0xffff, pointer >> 48}; }

  /// Takes the words of the next object.
  bool take(std::uint64_t count) {
    if (count > words_.size() - head_) return false;
    head_ += count;
    return true;
  }

  /// Follows the pointer at a place: what it points to must be what comes next.
  bool follow(std::uint64_t at) {
    const auto pointer = word(at);
    if (pointer == 0) return true;
    if (pointer == empty_struct) return true;
    const auto offset = static_cast<std::int32_t>(static_cast<std::uint32_t>(pointer)) >> 2;
    if (static_cast<std::int64_t>(at) + 1 + offset != static_cast<std::int64_t>(head_)) return false;
    if (++depth_ > nesting_max) return false;
    const auto kind = pointer & 3;
    const bool good = kind == struct_pointer ? follow_struct(sizes_of(pointer))
                      : kind == list_pointer ? follow_list(pointer >> 32 & 7, pointer >> 35)
                                             : false;
    --depth_;
    return good;
  }

  bool follow_struct(Sizes sizes) {
    const auto start = head_;
    if (sizes.words() == 0 || !take(sizes.words())) return false;
    if (sizes.data > 0 && word(start + sizes.data - 1) == 0) return false;
    if (sizes.pointers > 0 && word(start + sizes.words() - 1) == 0) return false;
    return follow_all(start + sizes.data, sizes.pointers);
  }

  bool follow_all(std::uint64_t start, std::uint64_t count) {
    for (auto at = start; at < start + count; ++at)
      if (!follow(at)) return false;
    return true;
  }

  bool follow_list(std::uint64_t element, std::uint64_t count) {
    if (element == element_composite) return follow_composite(count);
    if (element == element_void || count == 0) return false;
    const auto start = head_;
    if (element == element_pointer) return take(count) && follow_all(start, count);
    const auto bits = element_bits[element] * count;
    if (!take((bits + 63) / 64)) return false;
    return bits % 64 == 0 || word(head_ - 1) >> bits % 64 == 0;
  }

  bool follow_composite(std::uint64_t words) {
    if (!take(1)) return false;
    const auto tag = word(head_ - 1);
    const auto count = (tag & 0xffffffff) >> 2;
    const auto sizes = sizes_of(tag);
    const auto start = head_;
    if ((tag & 3) != struct_pointer || count == 0 || count > count_max) return false;
    if (count * sizes.words() != words || !take(words)) return false;
    if (words == 0) return true;  // elements that are all zeros
    // Elements share their sizes: one at least must need each section whole.
    bool data_needed = sizes.data == 0;
    bool pointers_needed = sizes.pointers == 0;
    for (auto at = start; at < head_; at += sizes.words()) {
      data_needed = data_needed || word(at + sizes.data - 1) != 0;
      pointers_needed = pointers_needed || word(at + sizes.words() - 1) != 0;
    }
    if (!data_needed || !pointers_needed) return false;
    if (sizes.pointers == 0) return true;
    for (auto at = start, end = head_; at < end; at += sizes.words())
      if (!follow_all(at + sizes.data, sizes.pointers)) return false;
    return true;
  }

  std::span<const std::uint64_t> words_;
  std::uint64_t head_ = 1;  // the first word that no object has taken; the root pointer is taken
  int depth_ = 0;
};

}  // namespace

bool is_canonical(std::span<const std::uint64_t> words) {
  return Walk(words).whole();
}

}  // namespace mnrt::messages
