#include "retrieval/dense/row_scanner.h"

#include <algorithm>
#include <bit>

namespace querl {
namespace {

void offer(const float* scores, uint64_t above, uint32_t first_row, TopRows& hits) {
  for (; above != 0; above &= above - 1) {
    const int r = std::countr_zero(above);
    // The limit may have risen since `above` was found.
    if (scores[r] > hits.limit()) hits.offer({first_row + static_cast<uint32_t>(r), scores[r]});
  }
}

class FloatScanner : public RowScanner {
 public:
  explicit FloatScanner(const ScanPlan& plan)
      : plan_(plan),
        score_(plan.kernels->block[static_cast<int>(plan.vectors->type())]),
        scores_(std::min(plan.query_count, kQueryGroup) * kRowBlock) {}

  void scan(const RowsToScan& in, size_t begin, size_t end, TopRows* hits) override {
    const size_t d = plan_.vectors->dimensions();
    score_(in.data, in.rows, plan_.queries.data() + begin * d, static_cast<int64_t>(end - begin),
           static_cast<int64_t>(d), scores_.data(), in.ahead);
    const float* const scale = plan_.row_scale ? plan_.row_scale + in.first_row : nullptr;
    const float* const bias = plan_.row_bias ? plan_.row_bias + in.first_row : nullptr;
    float* scores = scores_.data();
    for (size_t q = begin; q < end; ++q, scores += kRowBlock) {
      const uint64_t above = plan_.kernels->select(scores, scale, bias, hits[q].limit());
      offer(scores, above & in.allowed, in.first_row, hits[q]);
    }
  }

 private:
  const ScanPlan& plan_;
  DotKernels::Block score_;
  std::vector<float> scores_;
};

class CodeScanner : public RowScanner {
 public:
  explicit CodeScanner(const ScanPlan& plan)
      : plan_(plan), sums_(std::min(plan.query_count, kQueryGroup) * kRowBlock) {}

  void scan(const RowsToScan& in, size_t begin, size_t end, TopRows* hits) override {
    const size_t d = plan_.vectors->dimensions();
    const DotKernels& kernels = *plan_.kernels;
    kernels.code_block(reinterpret_cast<const int8_t*>(in.data), in.rows,
                       plan_.query_codes.data() + begin * d, static_cast<int64_t>(end - begin),
                       static_cast<int64_t>(d), sums_.data(), in.ahead);
    const float* const bias = plan_.row_bias ? plan_.row_bias + in.first_row : nullptr;
    float scores[kRowBlock];
    const int32_t* sums = sums_.data();
    for (size_t q = begin; q < end; ++q, sums += kRowBlock) {
      kernels.scale_codes(sums, plan_.row_scale + in.first_row, plan_.query_scale[q], scores);
      const uint64_t above = kernels.select(scores, nullptr, bias, hits[q].limit());
      offer(scores, above & in.allowed, in.first_row, hits[q]);
    }
  }

 private:
  const ScanPlan& plan_;
  std::vector<int32_t> sums_;
};

}  // namespace

std::unique_ptr<RowScanner> make_scanner(const ScanPlan& plan) {
  if (plan.vectors->type() == VectorType::kInt8) return std::make_unique<CodeScanner>(plan);
  return std::make_unique<FloatScanner>(plan);
}

}  // namespace querl
