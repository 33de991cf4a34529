// Collects which (count, length) pairs bound the scores of a run of postings.
#pragma once

#include <array>
#include <cstdint>

#include "retrieval/bm25/posting_format.h"

namespace querl {

class BoundPairs {
 public:
  BoundPairs() { shortest_.fill(kNone); }

  void add(uint32_t count, uint32_t length) {
    const uint8_t code = count_code(count);
    shortest_[code] = std::min<uint16_t>(shortest_[code], length_code(length));
    if (code < least_) least_ = code;
    if (code > greatest_) greatest_ = code;
  }

  void add(const BoundPairs& others);
  void clear();

  // The pairs that no other one beats in both, merged to four where there are more, by descending
  // count; the last one is repeated where there are less. Needs at least one add().
  std::array<BoundPair, kBoundPairs> pairs() const;

 private:
  static constexpr uint16_t kNone = 256;

  std::array<uint16_t, 256> shortest_;  // length code by count code
  uint32_t least_ = 255;                // count codes
  uint32_t greatest_ = 0;
};

}  // namespace querl
