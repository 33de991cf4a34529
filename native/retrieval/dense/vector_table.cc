#include "retrieval/dense/vector_table.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "base/errors.h"

namespace querl {

VectorTable::VectorTable(VectorType type, uint32_t dimensions)
    : type_(type), dimensions_(dimensions), row_bytes_(dimensions * bytes_of(type)) {
  if (dimensions == 0 || dimensions > kMostDimensions) {
    throw Error("ERR_QUERL_ARGUMENT", "Vectors have from 1 to " + std::to_string(kMostDimensions) +
                                          " dimensions, not " + std::to_string(dimensions) + ".");
  }
}

void VectorTable::add(const std::byte* data, uint64_t rows, std::shared_ptr<const void> owner,
                      Check check) {
  if (rows == 0) return;
  if (rows > std::numeric_limits<uint32_t>::max() - rows_)
    throw Error("ERR_QUERL_ARGUMENT", "An index has at most 4 294 967 295 rows.");
  runs_.push_back({data, rows_, static_cast<uint32_t>(rows)});
  checks_.push_back(std::move(check));
  owners_.push_back(std::move(owner));
  rows_ += static_cast<uint32_t>(rows);
}

const std::byte* VectorTable::rows_of(size_t run, uint32_t first, uint32_t count) const {
  const std::byte* const data = runs_[run].data + first * row_bytes_;
  if (checks_[run]) checks_[run](data, count * row_bytes_);
  return data;
}

const std::byte* VectorTable::row(uint32_t row) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), row,
                                      [](uint32_t a, const RowRun& b) { return a < b.first_row; });
  const auto run = static_cast<size_t>(after - runs_.begin()) - 1;
  return rows_of(run, row - runs_[run].first_row, 1);
}

}  // namespace querl
