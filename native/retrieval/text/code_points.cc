#include "retrieval/text/code_points.h"

#include <iterator>
#include <map>

namespace querl {
namespace {

struct CodePointRange {
  uint32_t first;
  uint8_t even, odd;  // kinds of the first, third, … and of the second, fourth, … code point
};

#include "retrieval/text/code_points.inc"

}  // namespace

const CodePoints& CodePoints::table() {
  static const CodePoints points;
  return points;
}

CodePoints::CodePoints() : kinds_(kKinds) {
  using Block = std::array<uint8_t, kBlock>;
  std::map<Block, uint16_t> known;
  const CodePointRange* range = std::begin(kRanges);
  for (uint32_t b = 0; b < blocks_.size(); ++b) {
    Block block;
    for (uint32_t i = 0; i < kBlock; ++i) {
      const uint32_t point = b * kBlock + i;
      if (range + 1 != std::end(kRanges) && point == range[1].first) ++range;
      block[i] = (point - range->first) % 2 == 0 ? range->even : range->odd;
    }
    const auto [found, is_new] = known.emplace(block, static_cast<uint16_t>(known.size()));
    if (is_new) bytes_.insert(bytes_.end(), block.begin(), block.end());
    blocks_[b] = found->second;
  }
}

}  // namespace querl
