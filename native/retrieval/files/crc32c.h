// CRC-32C (Castagnoli), the checksum of index files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace querl {

uint32_t crc32c(std::span<const std::byte> bytes);

// The same without the processor's instruction, for processors that lack it and for tests.
uint32_t crc32c_portable(std::span<const std::byte> bytes);

}  // namespace querl
