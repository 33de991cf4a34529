// Reads posting lists: the documents that contain a term, ascending, with the term's count in each.
// posting_format.h has the bytes, posting_list_writer.h writes them.
//
// Whatever the bytes are, nothing here reads outside of the list or hands out documents that are
// not ascending or not in the segment, or counts of 0: such lists throw ERR_QUERL_INDEX_CORRUPT.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "retrieval/bm25/posting_format.h"
#include "retrieval/files/section_file.h"

namespace querl {

// A list whose blocks can be decoded in any order.
class PostingList {
 public:
  // The list lies at [first, first + bytes) of the section; `documents` is the segment's number of
  // documents. Lists are not empty.
  PostingList(SectionView section, uint64_t first, uint64_t bytes, uint32_t document_frequency,
              uint32_t documents);

  uint32_t document_frequency() const { return document_frequency_; }

  // Blocks of 128 postings and, last, what is left over. Lists of less than 128 postings are one
  // block without a record.
  uint32_t blocks() const { return layout_.records == 0 ? 1 : layout_.records; }
  bool has_records() const { return layout_.records != 0; }

  // The records of blocks and of groups of 32 blocks, not aligned; there are groups from 33 blocks
  // on. Their contents prove nothing: decode() does.
  std::span<const std::byte> records() const;
  std::span<const std::byte> groups() const { return groups_; }
  SkipRecord record(uint32_t block) const;

  // How many postings were written to `documents` and `counts`, which have room for 128 or are
  // null.
  uint32_t decode(uint32_t block, uint32_t* documents, uint32_t* counts) const;

 private:
  struct Block {
    std::span<const std::byte> bytes;
    uint32_t before;  // the last document of the block before, or -1
    uint32_t last;
    uint32_t postings;
  };

  Block block(uint32_t number) const;
  void prefetch_behind(const Block& block) const;
  void decode_packed(const Block& block, uint32_t* documents, uint32_t* counts) const;
  void decode_rest(const Block& block, uint32_t* documents, uint32_t* counts) const;

  SectionView section_;
  uint64_t first_;
  uint64_t bytes_;
  uint32_t document_frequency_;
  uint32_t documents_;
  ListLayout layout_;
  std::span<const std::byte> records_;
  std::span<const std::byte> groups_;
};

// A list from its first posting to its last.
class PostingReader {
 public:
  PostingReader(SectionView section, uint64_t first, uint64_t bytes, uint32_t document_frequency,
                uint32_t documents)
      : list_(section, first, bytes, document_frequency, documents) {}

  // The next up to 128 postings, valid until the next call; false at the end.
  bool next_block(std::span<const Posting>& block);

 private:
  PostingList list_;
  uint32_t next_ = 0;
  std::array<Posting, kBlockPostings> postings_;
};

}  // namespace querl
