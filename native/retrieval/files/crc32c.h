// CRC-32C (Castagnoli), the checksum of index files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace querl {

// `before` is the checksum of the bytes in front of these, 0 if they are the first.
uint32_t crc32c(std::span<const std::byte> bytes, uint32_t before = 0);

// The same without the processor's instruction, for processors that lack it and for tests.
uint32_t crc32c_portable(std::span<const std::byte> bytes, uint32_t before = 0);

}  // namespace querl
