// A first guess at what a hit must score.
#pragma once

#include <cstdint>
#include <vector>

#include "retrieval/bm25/query_plan.h"
#include "retrieval/bm25/segment_search.h"

namespace querl {

// A score that at least top_k documents reach, or 0: the rarest terms' postings are added up, and
// the best of their documents scored. Most of the best documents have the rarest terms, so this is
// near the score of the last hit, and nearly everything else can be left out.
class Scout {
 public:
  int32_t reached_score(const QueryPlan& plan, std::vector<SegmentSearch>& searches, size_t top_k);

 private:
  struct Slot {
    uint32_t place;  // among the documents of all segments, + 1; 0: free
    int32_t score;
  };

  size_t add_rarest(const QueryPlan& plan, std::vector<SegmentSearch>& searches);
  void add(uint32_t place, int32_t score);
  void complete(std::vector<SegmentSearch>& searches, size_t terms);

  std::vector<Slot> slots_;
  std::vector<uint32_t> used_;   // slots
  std::vector<uint32_t> terms_;  // of the plan, by ascending frequency
  std::vector<Slot> best_;       // place without the 1
};

}  // namespace querl
