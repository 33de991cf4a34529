// Search of small indexes, where all postings are added up sooner than it is found out which of
// them matter: their scores are kept from query to query. Frequent terms are only looked up where
// they make no hit of a document without the others.
//
// The scores are those of every other search and their sums are integers, so that hits depend
// neither on the way nor on what is kept.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "retrieval/bm25/best_hits.h"
#include "retrieval/bm25/document_set.h"
#include "retrieval/bm25/scored_lists.h"
#include "retrieval/bm25/segment_search.h"

namespace querl {

// One thread, one snapshot of an index, one set of parameters.
class SmallSearch {
 public:
  // Of scores that are kept, 6 bytes for most postings. The query at hand may take 16 MiB more.
  static constexpr size_t kMostBytes = size_t{32} << 20;

  explicit SmallSearch(size_t most_bytes = kMostBytes) : lists_(most_bytes) {}

  static bool suits(const Bm25Index& index, const QueryPlan& plan);

  // Offers all documents of a segment, which is the index's of that number, that can come in.
  // `lengths` by field.
  void search(const SegmentView& view, size_t number, const QueryPlan& plan,
              std::span<const LengthTables> lengths, const DocumentSet* allowed, BestHits& best);

  size_t kept_bytes() const { return lists_.bytes(); }

 private:
  int32_t choose_looked_up(int32_t needed);
  void add(const ScoredList& list);
  void offer_all(const SegmentView& view, const DocumentSet* allowed, int32_t rest, BestHits& best);

  ScoredLists lists_;

  // Of the segment that is being searched.
  std::vector<const ScoredList*> added_;
  std::vector<const ScoredList*> looked_up_;  // frequent ones

  // For the documents of a segment; all 0 between uses.
  std::vector<SearchScratch::Group> groups_;
  std::vector<uint8_t> marks_;

  // What is found in a window.
  std::array<uint16_t, kWindow + kScoreGroup> places_;
  std::array<int32_t, kWindow + kScoreGroup> values_;
};

}  // namespace querl
