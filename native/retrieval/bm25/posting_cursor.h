// One term of a query in one segment: the scores of its postings, wherever they are asked for.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "retrieval/bm25/posting_list.h"
#include "retrieval/bm25/score_kernels.h"
#include "retrieval/bm25/segment_tables.h"

namespace querl {

class PostingCursor {
 public:
  // What is referred to must outlive the cursor. `gain` is in units.
  PostingCursor(const PostingList& list, const SectionView& section, float gain,
                const LengthTables& lengths)
      : list_(list),
        section_(section),
        lengths_(&lengths),
        scorer_(lengths.scorer(gain)),
        gain_(gain) {}

  uint32_t document_frequency() const { return list_.document_frequency(); }

  // Raises windows[document >> shift] to a bound of what the term adds there, for all of its
  // documents. `scratch` is any vector.
  void bound_windows(const RecordTables& tables, int shift, std::span<int32_t> windows,
                     std::vector<int32_t>& scratch);

  // scores[document - first] += what the term adds, for the documents in [first, last], which are
  // at most 2^16. The groups of scores that change are marked: see ScoreKernels::add().
  void add(uint32_t first, uint32_t last, int32_t* scores, uint8_t* marks);

  // Calls take(document, score) for every posting.
  template <typename Take>
  void each(const Take& take) {
    std::array<int32_t, kBlockPostings> scores;
    for (uint32_t block = 0; block < list_.blocks(); ++block) {
      decode(block, true);
      score_kernels().score(scorer_, documents_.data(), counts_.data(), size_, scores.data());
      for (uint32_t i = 0; i < size_; ++i) take(documents_[i], scores[i]);
    }
  }

  // What the term adds to one document: 0 where it does not occur. Quick for ascending documents.
  int32_t score(uint32_t document);

  // How often it occurs there.
  uint32_t count(uint32_t document);

 private:
  static constexpr uint32_t kNoBlock = ~uint32_t{0};

  void bound_by_records(std::span<const std::byte> records, const RecordTables& tables, int shift,
                        std::span<int32_t> windows, std::vector<int32_t>& scratch) const;
  uint32_t find_block(uint32_t document) const;
  void decode(uint32_t block, bool with_counts = false);
  void decode_counts();
  // How many of the decoded documents are below `document`.
  uint32_t place_of(uint32_t document) const;
  bool find(uint32_t document);

  PostingList list_;
  SectionView section_;
  const LengthTables* lengths_;
  PostingScorer scorer_;
  float gain_;

  uint32_t block_ = kNoBlock;  // that is decoded
  uint32_t floor_ = 0;         // the document behind the block before
  uint32_t size_ = 0;          // its postings
  uint32_t place_ = 0;         // of the document that was found last
  bool has_counts_ = false;
  alignas(64) std::array<uint32_t,
                         kBlockPostings> documents_;  // filled up with 2^32 - 1
  alignas(64) std::array<uint32_t, kBlockPostings> counts_;
};

}  // namespace querl
