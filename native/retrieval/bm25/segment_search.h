// A query in one segment: windows of documents, what they could score at most, and their scores.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "retrieval/bm25/best_hits.h"
#include "retrieval/bm25/document_set.h"
#include "retrieval/bm25/posting_cursor.h"
#include "retrieval/bm25/query_plan.h"

namespace querl {

// 4 KiB of scores. Smaller windows are skipped more often, larger ones cost less each.
inline constexpr int kWindowShift = 10;
inline constexpr uint32_t kWindow = 1 << kWindowShift;

// What a thread's searches use one after the other.
struct SearchScratch {
  alignas(64) std::array<int32_t, kWindow> scores{};  // all 0 between uses
  std::array<uint16_t, kWindow> places;               // of candidates in the window
  std::array<int32_t, kWindow> values;                // their scores so far
  std::vector<int32_t> record_bounds;
};

class SegmentSearch {
 public:
  // `lengths` and `records` by field. What is referred to must outlive the search.
  SegmentSearch(const SegmentView& view, size_t number, const QueryPlan& plan,
                std::span<const LengthTables> lengths, std::span<const RecordTables> records,
                const DocumentSet* allowed, SearchScratch& scratch);

  // A bound for the scores of each window's documents; 0 for those without a hit.
  std::span<int32_t> bounds() { return totals_; }

  // Offers the window's hits that can come in.
  void score_window(uint32_t window, BestHits& best);

 private:
  struct Part {  // of a window: a term that occurs there
    int32_t bound;
    uint32_t term;
  };

  void choose_parts(uint32_t window);
  void drop_excluded(uint32_t first);
  void look_up(PostingCursor& cursor, uint32_t first, int32_t least);

  const Segment& segment_;
  const Deletions* deleted_;
  const DocumentSet* allowed_;
  SearchScratch& scratch_;
  std::vector<PostingCursor> cursors_;
  std::vector<int32_t> bounds_;  // (terms, windows)
  std::vector<int32_t> totals_;  // (windows) sums over the terms
  std::vector<Part> parts_;      // of the current window, by ascending bound
  size_t candidates_ = 0;
};

}  // namespace querl
