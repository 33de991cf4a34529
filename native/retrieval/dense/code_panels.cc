#include "retrieval/dense/code_panels.h"

namespace querl {
namespace {

constexpr size_t kStep = 64, kFour = 4, kQueries = kPanelQueries;

size_t pieces(size_t count, size_t size) { return (count + size - 1) / size; }

}  // namespace

CodePanels::CodePanels(std::span<const int8_t> codes, size_t queries, size_t dimensions)
    : panel_lines_(static_cast<int64_t>(pieces(dimensions, kStep) * kQueries)),
      packed_(pieces(queries, kQueries) * static_cast<size_t>(panel_lines_)) {
  for (size_t q = 0; q < queries; ++q) {
    CodeLine* const panel = packed_.data() + q / kQueries * static_cast<size_t>(panel_lines_);
    for (size_t i = 0; i < dimensions; ++i) {
      // Steps are as many fours as a panel has queries, so fours alone give the place.
      const size_t place = (i / kFour * kQueries + q % kQueries) * kFour + i % kFour;
      panel[place / kStep].codes[place % kStep] = codes[q * dimensions + i];
    }
  }
}

}  // namespace querl
