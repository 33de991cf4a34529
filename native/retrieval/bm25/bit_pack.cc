#include "retrieval/bm25/bit_pack.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace querl {
namespace {

constexpr uint32_t mask_of(uint32_t width) {
  return width == 32 ? ~uint32_t{0} : (uint32_t{1} << width) - 1;
}

// A packed block is 4 · width words of 32 bits.
template <typename Take>
void each_number(const std::byte* packed, uint32_t width, const Take& take) {
  const uint32_t mask = mask_of(width);
  uint64_t bits = 0;
  uint32_t filled = 0;
  for (size_t i = 0; i < kPackedNumbers; ++i) {
    if (filled < width) {
      uint32_t word = 0;
      std::memcpy(&word, packed, sizeof word);
      packed += sizeof word;
      bits |= uint64_t{word} << filled;
      filled += 32;
    }
    take(i, static_cast<uint32_t>(bits) & mask);
    bits >>= width;
    filled -= width;
  }
}

void counts_portable(const std::byte* packed, uint32_t width, uint32_t* out) {
  each_number(packed, width, [out](size_t i, uint32_t number) { out[i] = number + 1; });
}

void documents_portable(const std::byte* packed, uint32_t width, uint32_t before, uint32_t* out) {
  each_number(packed, width, [&before, out](size_t i, uint32_t number) {
    before += number + 1;
    out[i] = before;
  });
}

}  // namespace

uint32_t packed_width(const uint32_t* numbers) {
  uint32_t any = 0;
  for (size_t i = 0; i < kPackedNumbers; ++i) any |= numbers[i];
  return static_cast<uint32_t>(std::bit_width(any));
}

void pack_numbers(const uint32_t* numbers, uint32_t width, std::string& out) {
  uint64_t bits = 0;
  uint32_t filled = 0;
  for (size_t i = 0; i < kPackedNumbers; ++i) {
    bits |= uint64_t{numbers[i]} << filled;
    filled += width;
    if (filled >= 32) {
      const auto word = static_cast<uint32_t>(bits);
      out.append(reinterpret_cast<const char*>(&word), sizeof word);
      bits >>= 32;
      filled -= 32;
    }
  }
}

const BitUnpacker& portable_unpacker() {
  static const BitUnpacker unpacker{"portable", counts_portable, documents_portable};
  return unpacker;
}

const BitUnpacker& bit_unpacker() {
  static const BitUnpacker& best = avx512_unpacker() != nullptr ? *avx512_unpacker()
                                   : avx2_unpacker() != nullptr ? *avx2_unpacker()
                                                                : portable_unpacker();
  return best;
}

}  // namespace querl
