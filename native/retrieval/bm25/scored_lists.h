// The scored postings of those terms of a small index that queries have: made when a term is first
// asked for and kept for the next query, since most of a search would go into making them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "retrieval/bm25/index.h"
#include "retrieval/bm25/query_plan.h"
#include "retrieval/bm25/segment_tables.h"

namespace querl {

// Documents that a small index has at most: their numbers fit in 16 bits.
inline constexpr uint32_t kSmallIndex = 1 << 16;

// A term in a segment.
struct ScoredList {
  // A frequent term has a score for each document of the segment, 0 where it does not occur.
  bool is_frequent() const { return documents.empty(); }

  // What no document exceeds that is not deleted.
  int32_t most() const { return best.empty() ? 0 : best[0]; }

  size_t bytes() const;

  std::vector<uint16_t> documents;  // ascending; none where the term is frequent
  std::vector<int32_t> scores;
  std::vector<int32_t>
      best;  // of documents that are not deleted: the first kBestScores, descending
};

inline constexpr size_t kBestScores = 100;

// One thread, one snapshot of an index, one set of parameters.
class ScoredLists {
 public:
  // When the lists have come to take more than `most_bytes`, the next query begins with none.
  explicit ScoredLists(size_t most_bytes) : most_bytes_(most_bytes) {}

  // Lists that were given out may be gone.
  void begin_query();

  // Of a term of the plan that the segment, which is the index's of that number, has. `gain` is in
  // units. Throws ERR_QUERL_INDEX_CORRUPT.
  const ScoredList& list(const SegmentView& view, size_t number, const PlannedTerm& term,
                         float gain, const LengthTables& lengths);

  size_t bytes() const { return bytes_; }

 private:
  // A query's weights and its unit enter the gain, and with it the scores.
  struct Key {
    size_t segment;
    uint64_t first;  // byte of the posting list
    uint32_t field;
    float gain;

    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const;
  };

  size_t most_bytes_;
  size_t bytes_ = 0;
  std::unordered_map<Key, ScoredList, Hash> lists_;
};

}  // namespace querl
