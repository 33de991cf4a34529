// The best k of a stream of scored documents.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace querl {

struct ScoredOrdinal {
  int32_t score = 0;
  uint32_t ordinal = 0;
};

class BestHits {
 public:
  // k is at least 1.
  explicit BestHits(size_t capacity) : capacity_(capacity) {}

  size_t capacity() const { return capacity_; }

  // The least score with which documents from `first_ordinal` on can come in, at least 1. Documents
  // may be offered in any order: one that only equals the worst comes in if its ordinal is lower.
  int32_t needed(uint32_t first_ordinal) const {
    if (heap_.size() < capacity_) return floor_;
    const ScoredOrdinal& worst = heap_.front();
    return worst.score + (first_ordinal > worst.ordinal ? 1 : 0);
  }

  // At least k documents are known to reach this score: less is not enough from the start.
  void expect(int32_t score) { floor_ = std::max(floor_, score); }

  void offer(ScoredOrdinal candidate) {
    if (heap_.size() == capacity_) {
      if (!better(candidate, heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end(), better);
      heap_.back() = candidate;
    } else {
      heap_.push_back(candidate);
    }
    std::push_heap(heap_.begin(), heap_.end(), better);
  }

  // Best first. Empties the collection.
  std::vector<ScoredOrdinal> take() {
    std::sort_heap(heap_.begin(), heap_.end(), better);
    return std::exchange(heap_, {});
  }

 private:
  // Under this order the heap's front is the worst.
  static bool better(const ScoredOrdinal& a, const ScoredOrdinal& b) {
    return a.score != b.score ? a.score > b.score : a.ordinal < b.ordinal;
  }

  size_t capacity_;
  int32_t floor_ = 1;
  std::vector<ScoredOrdinal> heap_;
};

}  // namespace querl
