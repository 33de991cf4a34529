// The bytes of a file of sections that section_file.cc reads and section_writer.cc writes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "retrieval/files/crc32c.h"

namespace querl {

inline constexpr char kSectionMagic[8] = {'q', 'u', 'e', 'r', 'l', '\r', '\n', '\x1a'};
inline constexpr uint32_t kSectionContainer = 1;
inline constexpr uint64_t kSectionAlignment = 64;
inline constexpr uint64_t kSectionSlack = 64;  // zeros behind the last section
inline constexpr uint32_t kMinBlockShift = 12;
inline constexpr uint32_t kMaxBlockShift = 24;

// Little-endian, at the file's first byte.
struct SectionHeader {
  char magic[8];
  uint32_t container;  // the version of this layout
  uint32_t version;    // of the content
  char kind[24];       // padded with zeros
  uint64_t file_bytes;
  uint64_t body_end;     // where sections end and the table of sections starts
  uint64_t table_bytes;  // count, then for each section: length of its name, name, first, bytes;
                         // all numbers as varints. Checksums follow up to the file's end
  uint32_t table_checksum;
  uint32_t checksums_checksum;
  uint32_t block_shift;
  uint32_t zeros[12];
  uint32_t checksum;  // of all above
};
static_assert(sizeof(SectionHeader) == 128);

inline uint32_t header_checksum(const SectionHeader& header) {
  return crc32c(std::as_bytes(std::span(&header, 1)).first(offsetof(SectionHeader, checksum)));
}

}  // namespace querl
