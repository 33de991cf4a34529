// The best k of a stream of scored documents.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace querl {

struct ScoredDocument {
  int64_t score = 0;
  uint32_t document = 0;
};

class TopHits {
 public:
  explicit TopHits(size_t capacity) : capacity_(capacity) {}

  // A document must reach this score to come in; 0 until k documents are known. One that only
  // equals it comes in if its number is lower.
  int64_t threshold() const { return heap_.size() < capacity_ ? 0 : heap_.front().score; }

  void offer(ScoredDocument candidate) {
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
  std::vector<ScoredDocument> take() {
    std::sort_heap(heap_.begin(), heap_.end(), better);
    return std::move(heap_);
  }

 private:
  // Under this order the heap's front is the worst.
  static bool better(const ScoredDocument& a, const ScoredDocument& b) {
    return a.score != b.score ? a.score > b.score : a.document < b.document;
  }

  size_t capacity_;
  std::vector<ScoredDocument> heap_;
};

}  // namespace querl
