// Merges neighbouring segments into one, without their deleted documents.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "retrieval/bm25/index.h"

namespace querl {

// In ascending order of their ordinals, all with the same number of fields. To that file, or to
// memory where `path` is empty, by that many threads. Null where no document is left. `progress`
// hears how many postings were written. Throws ERR_QUERL_INDEX_CORRUPT, ERR_QUERL_IO, Cancelled.
std::shared_ptr<const Segment> merge_segments(std::span<const SegmentView> segments,
                                              const std::string& path, int threads,
                                              const std::stop_token& stop,
                                              const std::function<void(uint64_t)>& progress);

// A range [first, end) of segments that should become one.
struct MergeRange {
  size_t first = 0;
  size_t end = 0;
};

// What to merge so that n documents have O(log n) segments, of which each document was copied
// O(log n) times: four neighbours of the same order of size become one. Segments of which more than
// half is deleted are rewritten. The ranges are in ascending order and do not overlap.
std::vector<MergeRange> tiered_merges(std::span<const SegmentView> segments);

// What to merge to come down to that many segments, with the least copying.
std::vector<MergeRange> merges_down_to(std::span<const SegmentView> segments, size_t max_segments);

}  // namespace querl
