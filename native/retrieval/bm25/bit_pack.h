// Blocks of 128 numbers in as many bits as the greatest of them needs.
//
// The bits of a block form one string, low bits first: number i starts at bit i · width. So every
// group of eight numbers starts at a byte, whatever the width, and every instruction set can read
// the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace querl {

inline constexpr size_t kPackedNumbers = 128;

constexpr size_t packed_bytes(uint32_t width) { return kPackedNumbers / 8 * width; }

// Bits that the greatest of 128 numbers needs, 0 to 32.
uint32_t packed_width(const uint32_t* numbers);

// Appends packed_bytes(width) bytes. Each of the 128 numbers must fit in `width` bits.
void pack_numbers(const uint32_t* numbers, uint32_t width, std::string& out);

// What reads packed blocks; one table for each instruction set, all with the same results. `width`
// is at most 32, and packed_bytes(width) bytes are readable; nothing beyond them is read.
struct BitUnpacker {
  const char* name;
  // out[i] = number i + 1.
  void (*counts)(const std::byte* packed, uint32_t width, uint32_t* out);
  // out[i] = out[i - 1] + number i + 1, modulo 2^32, with out[-1] = `before`.
  void (*documents)(const std::byte* packed, uint32_t width, uint32_t before, uint32_t* out);
};

const BitUnpacker& portable_unpacker();

// Null where the processor lacks the instructions.
const BitUnpacker* avx2_unpacker();
const BitUnpacker* avx512_unpacker();

// The best that this processor has.
const BitUnpacker& bit_unpacker();

}  // namespace querl
