// Vectors and indexes over them for tests.
#pragma once

#include <cstddef>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "retrieval/dense/vector_writer.h"

namespace querl {

inline std::vector<float> gaussian(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

inline double product(const float* a, const float* b, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += double{a[i]} * b[i];
  return sum;
}

inline VectorTable table_over(const std::vector<float>& values, uint32_t dimensions) {
  VectorTable table(VectorType::kFloat32, dimensions);
  table.add(reinterpret_cast<const std::byte*>(values.data()), values.size() / dimensions, nullptr);
  return table;
}

inline std::shared_ptr<const VectorIndex> index_over(const std::vector<float>& values,
                                                     uint32_t dimensions,
                                                     Metric metric = Metric::kInnerProduct) {
  return VectorIndex::of(table_over(values, dimensions), metric, 2, {});
}

inline std::shared_ptr<const VectorIndex> build(const std::vector<float>& values,
                                                const VectorWriterOptions& options) {
  VectorWriter writer(options);
  writer.add(values);
  return writer.finish();
}

}  // namespace querl
