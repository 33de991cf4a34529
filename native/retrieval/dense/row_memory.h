// Rows in memory, in large pieces that never move.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "retrieval/dense/vector_table.h"

namespace querl {

class RowMemory {
 public:
  explicit RowMemory(size_t row_bytes);

  // Whole rows. Throws std::bad_alloc.
  void append(std::span<const std::byte> rows);

  // Hands the rows over.
  void move_to(VectorTable& table);

 private:
  struct Piece {
    std::shared_ptr<std::byte> data;
    size_t rows = 0;
  };

  size_t row_bytes_;
  size_t rows_per_piece_;
  std::vector<Piece> pieces_;
};

}  // namespace querl
