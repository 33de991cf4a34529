// What saving and opening an index file agree on.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "retrieval/bm25/bm25_index.h"
#include "retrieval/files/crc32c.h"

namespace querl {

static_assert(std::endian::native == std::endian::little, "files are read as they lie");

inline constexpr std::array<char, 8> kBm25Magic = {'q', 'u', 'e', 'r', 'l', 'B', 'M', '\n'};
inline constexpr uint64_t kBlockBytes = 64 * 1024;
inline constexpr size_t kSections = 6;
inline constexpr std::array<const char*, kSections> kSectionNames = {
    "term ends", "terms", "term slots", "posting ends", "greatest impacts", "postings"};

struct FilePart {
  uint64_t first;
  uint64_t bytes;
};

struct Bm25Header {
  std::array<char, 8> magic;
  uint32_t version;
  uint32_t analyzer;  // 0: words
  uint64_t file_bytes;
  uint64_t documents;
  uint64_t words;
  double k1;
  double b;
  double impact_scale;
  FilePart checksums;
  std::array<FilePart, kSections> sections;
  std::array<char, 72> reserved;
  uint32_t checksum_of_checksums;
  uint32_t checksum;
};
static_assert(sizeof(Bm25Header) == 256 && offsetof(Bm25Header, checksum) == 252);

inline uint32_t header_checksum(const Bm25Header& header) {
  return crc32c(std::as_bytes(std::span(&header, 1)).first(offsetof(Bm25Header, checksum)));
}

inline uint64_t aligned(uint64_t position) { return (position + 63) / 64 * 64; }

inline uint64_t block_count(uint64_t bytes) { return (bytes + kBlockBytes - 1) / kBlockBytes; }

// Block `i` of a section.
inline std::span<const std::byte> block_of(std::span<const std::byte> section, uint64_t i) {
  const uint64_t first = i * kBlockBytes;
  return section.subspan(first, std::min<uint64_t>(kBlockBytes, section.size() - first));
}

}  // namespace querl
