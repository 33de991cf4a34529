// Vectors of one kind that lie in memory, or in files that are mapped into it, in one or in many
// pieces: rows are numbered through them all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "retrieval/dense/vector_type.h"

namespace querl {

// Rows that lie one behind another.
struct RowRun {
  const std::byte* data;
  uint32_t first_row;
  uint32_t rows;
};

class VectorTable {
 public:
  // Throws ERR_QUERL_INDEX_CORRUPT if these bytes are not what was written.
  using Check = std::function<void(const std::byte* first, size_t bytes)>;

  // Throws ERR_QUERL_ARGUMENT unless 1 ≤ dimensions ≤ kMostDimensions: sums of products of codes
  // must fit into 32 bits.
  static constexpr uint32_t kMostDimensions = 65536;
  VectorTable(VectorType type, uint32_t dimensions);

  // Appends rows at any address. `owner` keeps the memory. `check`, if there is one, is called
  // before bytes are used, by any thread.
  void add(const std::byte* data, uint64_t rows, std::shared_ptr<const void> owner,
           Check check = nullptr);

  // Called by check_files(): throws where the memory of rows that were added cannot be read any
  // more.
  void watch(std::function<void()> file) { watched_.push_back(std::move(file)); }

  // Throws ERR_QUERL_INDEX_CORRUPT where a file was cut since it was opened: for each job, before
  // it reads and when it has read. See SectionFile::check_whole().
  void check_files() const {
    for (const auto& file : watched_) file();
  }

  VectorType type() const { return type_; }
  uint32_t dimensions() const { return dimensions_; }
  uint32_t rows() const { return rows_; }
  size_t row_bytes() const { return row_bytes_; }
  const std::vector<RowRun>& runs() const { return runs_; }

  // Checked rows [first, first + count) of a run.
  const std::byte* rows_of(size_t run, uint32_t first, uint32_t count) const;
  // Checked; any row.
  const std::byte* row(uint32_t row) const;

 private:
  VectorType type_;
  uint32_t dimensions_;
  size_t row_bytes_;
  uint32_t rows_ = 0;
  std::vector<RowRun> runs_;
  std::vector<Check> checks_;                        // by run
  std::vector<std::shared_ptr<const void>> owners_;  // by run
  std::vector<std::function<void()>> watched_;
};

}  // namespace querl
