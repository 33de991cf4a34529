#include "retrieval/dense/top_rows.h"

#include <algorithm>
#include <utility>

namespace querl {

void TopRows::offer(RowHit hit) {
  if (!(hit.score > -std::numeric_limits<float>::infinity())) return;
  if (heap_.size() == capacity_) {
    if (capacity_ == 0 || !is_better(hit, heap_.front())) return;
    std::pop_heap(heap_.begin(), heap_.end(), is_better);
    heap_.back() = hit;
  } else {
    heap_.push_back(hit);
  }
  std::push_heap(heap_.begin(), heap_.end(), is_better);
  if (heap_.size() == capacity_) limit_ = heap_.front().score;
}

std::vector<RowHit> TopRows::take() {
  std::sort(heap_.begin(), heap_.end(), is_better);
  return std::exchange(heap_, {});
}

}  // namespace querl
