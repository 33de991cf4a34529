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

// Documents whose scores are bounded together.
inline constexpr int kWindowShift = 10;
inline constexpr uint32_t kWindow = 1 << kWindowShift;
static_assert(kWindow / kScoreGroup % 64 == 0, "kernels read and clear 64 marks at a time");

// Windows that are scored together at most: 64 KiB of scores.
inline constexpr uint32_t kMostWindows = 16;

// What a thread's searches use one after the other.
struct SearchScratch {
  static constexpr size_t kScores = size_t{kMostWindows} * kWindow;
  struct alignas(64) Group {
    std::array<int32_t, kScoreGroup> scores{};
  };

  int32_t* scores() { return groups[0].scores.data(); }

  // All 0 between uses.
  std::vector<Group> groups = std::vector<Group>(kScores / kScoreGroup);
  std::vector<uint8_t> marks = std::vector<uint8_t>(kScores / kScoreGroup);

  std::vector<uint16_t> places = std::vector<uint16_t>(kScores + 64);  // of candidates, ascending
  std::vector<int32_t> values = std::vector<int32_t>(kScores + 64);    // their scores so far
  std::vector<int32_t> record_bounds;
};

class SegmentSearch {
 public:
  // `lengths` by field. What is referred to must outlive the search.
  SegmentSearch(const SegmentView& view, size_t number, const QueryPlan& plan,
                std::span<const LengthTables> lengths, const DocumentSet* allowed,
                SearchScratch& scratch);

  // Needed before bounds() and score_windows().
  void bound_windows(const QueryPlan& plan, std::span<const RecordTables> records);

  // A bound for the scores of each window's documents; 0 for those without a hit.
  std::span<int32_t> bounds() { return totals_; }

  // Of a term of the plan; null where the segment lacks it.
  PostingCursor* cursor(size_t term) {
    return places_of_terms_[term] == kNoTerm ? nullptr : &cursors_[places_of_terms_[term]];
  }

  uint32_t documents() const { return segment_.documents(); }
  bool is_excluded(uint32_t document) const {
    if (deleted_ != nullptr && deleted_->contains(document)) return true;
    return allowed_ != nullptr && !allowed_->contains(segment_.ordinal(document));
  }

  // Offers those documents of the windows [begin, end), at most kMostWindows, that can come in.
  void score_windows(uint32_t begin, uint32_t end, BestHits& best);

 private:
  static constexpr uint32_t kNoTerm = ~uint32_t{0};

  struct Part {
    int32_t bound;  // in the windows that are being scored
    uint32_t cursor;
  };

  std::span<const int32_t> row(const Part& part) const;
  void set_windows(uint32_t begin, uint32_t end);
  size_t groups() const { return size_t{end_ - begin_} * kWindow / kScoreGroup; }
  void choose_parts();
  size_t split_parts();
  void collect(size_t split);
  void look_up(const Part& part);
  template <typename Keep>
  void keep_candidates(const Keep& keep);

  const Segment& segment_;
  const Deletions* deleted_;
  const DocumentSet* allowed_;
  SearchScratch& scratch_;
  std::vector<PostingCursor> cursors_;
  std::vector<uint32_t> places_of_terms_;  // in cursors_
  std::vector<int32_t> bounds_;            // (cursors, windows)
  std::vector<int32_t> totals_;            // (windows) sums over the terms

  // Of the windows that are being scored.
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
  uint32_t first_ = 0;  // documents
  uint32_t last_ = 0;
  int32_t needed_ = 0;
  std::vector<Part> parts_;                   // by ascending bound
  std::array<int32_t, kMostWindows> rest_{};  // by window: what is left to be looked up adds
  size_t candidates_ = 0;
};

}  // namespace querl
