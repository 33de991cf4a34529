// Points that codes are relative to. Embeddings of text lie about a point far from the origin, with
// a few large numbers in common: codes of the differences have finer steps.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace querl {

class CodeCentres {
 public:
  // Rows from `first_row` on, up to those of the next centre, are relative to `centre`, (D).
  void add(uint32_t first_row, std::vector<float> centre) {
    centres_.push_back({first_row, std::move(centre)});
  }

  size_t count() const { return centres_.size(); }
  std::span<const float> at(size_t index) const { return centres_[index].values; }

  // Which one a row is relative to.
  size_t of(uint32_t row) const {
    const auto after =
        std::upper_bound(centres_.begin(), centres_.end(), row,
                         [](uint32_t a, const Centre& b) { return a < b.first_row; });
    return static_cast<size_t>(after - centres_.begin()) - 1;
  }

 private:
  struct Centre {
    uint32_t first_row;
    std::vector<float> values;
  };
  std::vector<Centre> centres_;  // by ascending first_row
};

}  // namespace querl
