// Builds an index of vectors, in memory or in a file; the memory that a file takes is bounded.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "retrieval/dense/vector_file.h"

namespace querl {

struct VectorWriterOptions {
  Metric metric = Metric::kInnerProduct;
  uint32_t dimensions = 0;
  std::optional<VectorType> vectors = VectorType::kFloat32;  // as which rows are kept; no kInt8
  bool codes = false;                                        // and/or as int8 codes
};

// What is kept of rows beside their numbers.
struct RowFigures {
  std::vector<float> scales, biases;  // (N) each, where they are needed
  std::vector<float> centre;          // (D), for codes
};

// Where rows go.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual void vectors(std::span<const std::byte> rows) = 0;
  virtual void codes(std::span<const std::byte> rows) = 0;
  virtual std::shared_ptr<const VectorIndex> finish(const VectorWriterOptions& options,
                                                    uint32_t rows, RowFigures figures) = 0;
};

class VectorWriter {
 public:
  // In memory.
  explicit VectorWriter(const VectorWriterOptions& options);
  // The file appears with finish(), whole or not at all.
  VectorWriter(const VectorWriterOptions& options, const std::string& path);
  ~VectorWriter();

  // Whole rows, (n, D). Throws ERR_QUERL_DATA for a number that is not finite, or that a 16-bit
  // type cannot hold; the writer is of no use then.
  void add(std::span<const float> rows);

  uint64_t rows() const { return rows_; }

  // Throws ERR_QUERL_IO. The writer is used up.
  std::shared_ptr<const VectorIndex> finish();

 private:
  void store(std::span<float> rows);
  void find_centre();

  VectorWriterOptions options_;
  std::unique_ptr<RowSink> sink_;
  uint64_t rows_ = 0, stored_ = 0;
  RowFigures figures_;
  // The first rows, from which the codes' centre is found.
  std::vector<float> waiting_;
};

}  // namespace querl
