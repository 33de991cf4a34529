// The bytes of a posting list.
//
// Postings come in blocks of 128. A list with less than one block is a run of variable-length
// numbers and nothing else. A longer list is
//
//   second-level records, one for each 32 blocks, if there are more than 32 blocks
//   block records, one for each block
//   the blocks: width of the gaps, width of the counts (a byte each), packed gaps, packed counts
//   what is left over, as variable-length numbers; it has a record like the blocks
//
// A gap is the number of documents skipped since the posting before; the document before the first
// is -1. A variable-length posting is the number 2 · gap + (count > 1), and count - 2 if that bit
// is set, seven bits a byte, low ones first, the high bit set on all bytes but the last.
//
// Counts, not scores, are stored, so that k1, b, the variant and the statistics can change without
// the bytes. A record's bounds are up to four (count, length) pairs, such that each posting of the
// block has at most the count and at least the length of one of them: the greatest score of the
// pairs bounds the block's under every variant, since scores rise with the count and fall with the
// length. Counts are rounded up and lengths down to a byte, with 16 steps an octave.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace querl {

struct Posting {
  uint32_t document = 0;  // within its segment
  uint32_t count = 0;     // of the term in the document, at least 1
};

inline constexpr uint32_t kBlockPostings = 128;
inline constexpr uint32_t kBlocksPerGroup = 32;
inline constexpr size_t kBoundPairs = 4;
inline constexpr uint32_t kMaxCount = std::numeric_limits<int32_t>::max();

struct BoundPair {
  uint8_t count;   // a count code
  uint8_t length;  // a length code
};

// Of a block, or of a group of blocks.
struct SkipRecord {
  uint32_t last_document;
  uint32_t end;  // of the block's bytes, from the first block on; 0 in records of groups
  std::array<BoundPair, kBoundPairs> bounds;
};
static_assert(sizeof(SkipRecord) == 16 && std::endian::native == std::endian::little);

// Codes 0 to 31 are themselves; from 32 on there are 16 codes for each power of two.
constexpr uint32_t code_value(uint32_t code) {
  return code < 32 ? code : (16 + code % 16) << (code / 16 - 1);
}

// The greatest code whose value is at most `length`.
constexpr uint8_t length_code(uint32_t length) {
  if (length < 32) return static_cast<uint8_t>(length);
  const auto shift = static_cast<uint32_t>(std::bit_width(length)) - 5;
  return static_cast<uint8_t>(std::min<uint32_t>(255, 16 * shift + (length >> shift)));
}

// The least code whose value is at least `count`; 255 stands for all greater ones.
constexpr uint8_t count_code(uint32_t count) {
  const uint32_t code = length_code(count);
  return static_cast<uint8_t>(std::min<uint32_t>(255, code + (code_value(code) < count)));
}

constexpr uint32_t count_code_value(uint32_t code) {
  return code == 255 ? kMaxCount : code_value(code);
}

// Where the parts of a list with `document_frequency` postings lie, relative to its first byte.
struct ListLayout {
  explicit constexpr ListLayout(uint32_t document_frequency)
      : full_blocks(document_frequency / kBlockPostings),
        rest(document_frequency % kBlockPostings),
        records(full_blocks == 0 ? 0 : full_blocks + (rest != 0)),
        groups(records > kBlocksPerGroup ? (records + kBlocksPerGroup - 1) / kBlocksPerGroup : 0) {}

  constexpr uint64_t records_at() const { return uint64_t{groups} * sizeof(SkipRecord); }
  constexpr uint64_t blocks_at() const { return (uint64_t{groups} + records) * sizeof(SkipRecord); }

  uint32_t full_blocks;
  uint32_t rest;     // postings behind the last full block
  uint32_t records;  // of full blocks and of the rest; none if there is no full block
  uint32_t groups;
};

}  // namespace querl
