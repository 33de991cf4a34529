#include "retrieval/dense/code_panels.h"

namespace querl {
namespace {

constexpr size_t kStep = 64, kFour = 4, kQueries = kPanelQueries;

size_t pieces(size_t count, size_t size) { return (count + size - 1) / size; }

}  // namespace

CodePanels::CodePanels(std::span<const int8_t> codes, size_t queries, size_t dimensions)
    : panels_(static_cast<int64_t>(pieces(queries, kQueries))),
      panel_bytes_(static_cast<int64_t>(pieces(dimensions, kStep) * kStep * kQueries)),
      packed_(static_cast<size_t>(panels_ * panel_bytes_)) {
  for (size_t q = 0; q < queries; ++q) {
    int8_t* const panel = packed_.data() + q / kQueries * static_cast<size_t>(panel_bytes_);
    for (size_t i = 0; i < dimensions; ++i) {
      // Steps are as many fours as a panel has queries, so fours alone give the place.
      panel[(i / kFour * kQueries + q % kQueries) * kFour + i % kFour] = codes[q * dimensions + i];
    }
  }
}

}  // namespace querl
