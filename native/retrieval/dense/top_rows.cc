#include "retrieval/dense/top_rows.h"

#include <algorithm>
#include <utility>

namespace querl {

void TopRows::offer(RowHit hit) {
  if (!(hit.score > -std::numeric_limits<float>::infinity())) return;
  if (heap_.size() < capacity_) {
    heap_.push_back(hit);
    std::push_heap(heap_.begin(), heap_.end(), is_better);
  } else {
    if (capacity_ == 0 || !is_better(hit, heap_.front())) return;
    replace_worst(hit);
  }
  if (heap_.size() == capacity_) limit_ = heap_.front().score;
}

// One walk down instead of pop_heap's and push_heap's, and the worse child without a branch: which
// one it is cannot be predicted.
void TopRows::replace_worst(RowHit hit) {
  size_t place = 0;
  for (size_t child = 1; child < heap_.size(); child = 2 * place + 1) {
    if (child + 1 < heap_.size()) child += is_better(heap_[child], heap_[child + 1]);
    if (!is_better(hit, heap_[child])) break;
    heap_[place] = heap_[child];
    place = child;
  }
  heap_[place] = hit;
}

std::vector<RowHit> TopRows::take() {
  std::sort(heap_.begin(), heap_.end(), is_better);
  return std::exchange(heap_, {});
}

}  // namespace querl
