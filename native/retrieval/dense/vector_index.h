// Exact search over vectors, and search over int8 codes whose best rows are scored again from
// better vectors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "retrieval/dense/scan.h"
#include "retrieval/dense/vector_table.h"
#include "retrieval/files/section_file.h"

namespace querl {

// The values are those of index files.
enum class Metric : uint32_t { kInnerProduct = 0, kCosine = 1, kL2 = 2 };

inline constexpr size_t kOversample = 8;

struct VectorSearch {
  std::span<const float> queries;  // (Q, D)
  size_t top_k = 10;
  // Codes only: how many rows for each hit are scored again.
  size_t oversample = kOversample;
  const RowSet* allowed = nullptr;
  unsigned threads = 1;
  std::stop_token stop = {};
  const DotKernels* kernels = dot_kernels().kernels[0];
};

// Immutable, shared by threads.
class VectorIndex {
 public:
  // What an index is made of. Vectors, codes with their scales, or both; all have the same rows.
  struct Parts {
    Metric metric = Metric::kInnerProduct;
    std::optional<VectorTable> vectors;
    std::optional<VectorTable> codes;
    std::vector<float> code_scale;  // (N)
    CodeCentres centres;            // for codes at least one
    // kCosine: 1 / |row|, unless rows have unit length. kL2: -|row|^2 / 2.
    std::vector<float> row_scale;
    std::vector<float> row_bias;
    std::vector<std::shared_ptr<const SectionFile>> files;  // for verify()
  };
  explicit VectorIndex(Parts parts);

  // Of vectors in files of others: reads all of them once where the metric needs their lengths.
  static std::shared_ptr<const VectorIndex> of(VectorTable vectors, Metric metric, unsigned threads,
                                               const std::stop_token& stop);

  uint32_t rows() const { return main().rows(); }
  uint32_t dimensions() const { return main().dimensions(); }
  Metric metric() const { return parts_.metric; }
  const std::optional<VectorTable>& vectors() const { return parts_.vectors; }
  const std::optional<VectorTable>& codes() const { return parts_.codes; }
  bool has_checksums() const { return !parts_.files.empty(); }
  uint64_t file_bytes() const;

  // For each query its best rows. kInnerProduct: the product. kCosine: of the vectors' directions.
  // kL2: minus the squared distance. The same bits for any batch, filter and number of threads.
  std::vector<std::vector<RowHit>> search(const VectorSearch& request) const;

  // Rows as they are stored, converted; (rows.size(), D). Without vectors, from the codes.
  void read(std::span<const uint32_t> rows, float* to) const;

  // Reads all files that have checksums.
  void verify(const std::stop_token& stop, const std::function<void(uint64_t)>& progress) const;

 private:
  void check_files() const {
    if (parts_.vectors) parts_.vectors->check_files();
    if (parts_.codes) parts_.codes->check_files();
  }
  const VectorTable& main() const { return parts_.vectors ? *parts_.vectors : *parts_.codes; }
  std::vector<std::vector<RowHit>> search_codes(const VectorSearch& request,
                                                std::span<const float> queries, size_t count,
                                                size_t top_k) const;
  void score_again(const VectorSearch& request, const float* query,
                   std::vector<RowHit>& hits) const;

  Parts parts_;
};

// -|row|^2 / 2 or 1 / |row| from the squared length; for what writes indexes.
float l2_bias(double squared_length);
float cosine_scale(double squared_length);
double squared_length(const float* row, size_t dimensions);

// Symmetric codes of numbers: row ≈ scale * codes. A row of zeros has scale 0.
float quantise(const float* row, size_t dimensions, int8_t* codes);

}  // namespace querl
