// Writes posting lists. posting_format.h has the bytes, posting_list.h reads them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "retrieval/bm25/bound_pairs.h"
#include "retrieval/bm25/posting_format.h"

namespace querl {

// Encodes one list at a time, as it comes; holds no more than the list's encoded bytes.
class PostingListWriter {
 public:
  // `posting` has a higher document than the one before it and a count from 1 to kMaxCount;
  // `length` is the document's, in words.
  void add(Posting posting, uint32_t length);

  uint32_t postings() const { return postings_; }

  // Appends the list, which has at least one posting, and starts the next one.
  void finish(std::string& out);

 private:
  void write_block();
  void write_rest();
  void add_record();
  void add_group();

  uint32_t postings_ = 0;
  uint32_t document_ = ~uint32_t{0};  // the last one added
  uint32_t waiting_ = 0;              // postings of a block that is not yet full
  std::array<uint32_t, kBlockPostings> gaps_;
  std::array<uint32_t, kBlockPostings> more_;  // counts - 1
  BoundPairs bounds_;                          // of the block
  BoundPairs group_bounds_;
  std::vector<SkipRecord> records_;
  std::vector<SkipRecord> groups_;
  std::string blocks_;
};

// A whole list; lengths by document of the segment.
void append_posting_list(std::span<const Posting> postings, std::span<const uint32_t> lengths,
                         std::string& out);

}  // namespace querl
