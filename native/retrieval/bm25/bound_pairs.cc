#include "retrieval/bm25/bound_pairs.h"

#include <algorithm>

namespace querl {
namespace {

// A score with usual parameters, to compare what mergers cost. Where the real parameters differ,
// the bounds are looser, never wrong.
double usual_score(BoundPair pair) {
  const double count = code_value(pair.count);
  const double length = code_value(pair.length);
  return count / (count + 0.6 + length / 200);
}

}  // namespace

void BoundPairs::add(const BoundPairs& others) {
  for (uint32_t code = others.least_; code <= others.greatest_; ++code) {
    shortest_[code] = std::min(shortest_[code], others.shortest_[code]);
  }
  least_ = std::min(least_, others.least_);
  greatest_ = std::max(greatest_, others.greatest_);
}

void BoundPairs::clear() {
  for (uint32_t code = least_; code <= greatest_; ++code) shortest_[code] = kNone;
  least_ = 255;
  greatest_ = 0;
}

std::array<BoundPair, kBoundPairs> BoundPairs::pairs() const {
  std::array<BoundPair, 256> all;
  size_t size = 0;
  uint16_t shortest = kNone;
  for (uint32_t code = greatest_ + 1; code-- > least_;) {
    if (shortest_[code] >= shortest) continue;
    shortest = shortest_[code];
    all[size++] = {static_cast<uint8_t>(code), static_cast<uint8_t>(shortest)};
  }
  while (size > kBoundPairs) {
    // Pair i and i + 1 become one with the count of the first and the length of the second.
    size_t cheapest = 0;
    double least_cost = 2;
    for (size_t i = 0; i + 1 < size; ++i) {
      const double merged = usual_score({all[i].count, all[i + 1].length});
      const double cost = merged - std::max(usual_score(all[i]), usual_score(all[i + 1]));
      if (cost >= least_cost) continue;
      least_cost = cost;
      cheapest = i;
    }
    all[cheapest].length = all[cheapest + 1].length;
    --size;
    for (size_t i = cheapest + 1; i < size; ++i) all[i] = all[i + 1];
  }
  std::array<BoundPair, kBoundPairs> kept;
  for (size_t i = 0; i < kBoundPairs; ++i) kept[i] = all[std::min(i, size - 1)];
  return kept;
}

}  // namespace querl
