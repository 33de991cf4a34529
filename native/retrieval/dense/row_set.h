// A set of rows: those that a search may return.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace querl {

class RowSet {
 public:
  // Bit r % 8 of byte r / 8 is row r; rows behind the last byte are not in the set.
  RowSet(std::span<const uint8_t> bits, uint32_t rows) : words_(rows / 64 + 2) {
    for (size_t i = 0; i < bits.size() && i / 8 < words_.size(); ++i)
      words_[i / 8] |= uint64_t{bits[i]} << (i % 8 * 8);
  }

  // Rows row … row + 63 as bits; `row` is below the number of rows.
  uint64_t from(uint32_t row) const {
    const uint64_t low = words_[row / 64] >> (row % 64);
    return row % 64 == 0 ? low : low | words_[row / 64 + 1] << (64 - row % 64);
  }

 private:
  std::vector<uint64_t> words_;
};

}  // namespace querl
