// The best rows that one query has met so far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace querl {

struct RowHit {
  uint32_t row;
  float score;
};

// Higher scores first, among equal ones the lower row. Without a branch: nothing predicts it.
inline bool is_better(const RowHit& a, const RowHit& b) {
  return (a.score > b.score) | ((a.score == b.score) & (a.row < b.row));
}

// At most `capacity` hits. A score of NaN or of minus infinity is no hit.
class TopRows {
 public:
  explicit TopRows(size_t capacity) : capacity_(capacity) {
    limit_ = capacity > 0 ? -std::numeric_limits<float>::infinity()
                          : std::numeric_limits<float>::infinity();
  }

  // What a score must be above to enter, as long as rows are offered in ascending order: among
  // equal scores the earlier row stays.
  float limit() const { return limit_; }

  void offer(RowHit hit);

  // Best first. Leaves it empty.
  std::vector<RowHit> take();

 private:
  void replace_worst(RowHit hit);

  size_t capacity_;
  float limit_;
  std::vector<RowHit> heap_;  // the worst of them at the root
};

}  // namespace querl
