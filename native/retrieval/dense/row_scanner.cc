#include "retrieval/dense/row_scanner.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "retrieval/dense/filtered_scanner.h"

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

// Of each query, for the centre that a row is relative to.
const float* offsets_of(const ScanPlan& plan, uint32_t row) {
  return plan.query_offset.data() + plan.centres->of(row) * plan.query_count;
}

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
    const float* const offsets = offsets_of(plan_, in.first_row);
    float scores[kRowBlock];
    const int32_t* sums = sums_.data();
    for (size_t q = begin; q < end; ++q, sums += kRowBlock) {
      kernels.scale_codes(sums, plan_.row_scale + in.first_row, plan_.query_scale[q], offsets[q],
                          scores);
      const uint64_t above = kernels.select(scores, nullptr, bias, hits[q].limit());
      offer(scores, above & in.allowed, in.first_row, hits[q]);
    }
  }

 private:
  const ScanPlan& plan_;
  std::vector<int32_t> sums_;
};

class CodePanelScanner : public RowScanner {
 public:
  explicit CodePanelScanner(const ScanPlan& plan) : plan_(plan) {
    const size_t queries = std::min(plan.query_count, kQueryGroup) + kPanelQueries - 1;
    const size_t lanes = queries / kPanelQueries * kPanelQueries;
    query_scale_.resize(lanes);
    query_offset_.resize(lanes);
    limits_.resize(lanes);
    found_.resize(lanes * kRowBlock / 16 + 1);
  }

  void scan(const RowsToScan& in, size_t begin, size_t end, TopRows* hits) override {
    const auto panels = static_cast<int64_t>((end - begin + kPanelQueries - 1) / kPanelQueries);
    const float* const offsets = offsets_of(plan_, in.first_row);
    if (begin != begin_ || offsets != offsets_) take_queries(begin, end, offsets, hits);
    const PanelFilter filter{plan_.row_scale + in.first_row,
                             plan_.row_bias ? plan_.row_bias + in.first_row : nullptr,
                             in.allowed,
                             query_scale_.data(),
                             query_offset_.data(),
                             limits_.data()};
    const int64_t found = plan_.kernels->code_panels(
        reinterpret_cast<const int8_t*>(in.data), in.rows,
        plan_.query_panels->panel(static_cast<int64_t>(begin) / kPanelQueries), panels,
        plan_.vectors->dimensions(), filter, found_.data(), in.ahead);
    for (const PanelHits& some : std::span(found_).first(static_cast<size_t>(found))) {
      TopRows& of_query = hits[begin + some.query];
      offer(some.scores, some.above, in.first_row + some.row, of_query);
      limits_[some.query] = of_query.limit();
    }
  }

 private:
  // Limits change with offers alone, and nobody else makes any.
  void take_queries(size_t begin, size_t end, const float* offsets, const TopRows* hits) {
    for (size_t lane = 0; lane < limits_.size(); ++lane) {
      const bool is_query = begin + lane < end;
      query_scale_[lane] = is_query ? plan_.query_scale[begin + lane] : 0;
      query_offset_[lane] = is_query ? offsets[begin + lane] : 0;
      limits_[lane] =
          is_query ? hits[begin + lane].limit() : std::numeric_limits<float>::infinity();
    }
    begin_ = begin;
    offsets_ = offsets;
  }

  const ScanPlan& plan_;
  size_t begin_ = 0;
  const float* offsets_ = nullptr;                          // none yet
  std::vector<float> query_scale_, query_offset_, limits_;  // of the queries from begin_ on
  std::vector<PanelHits> found_;
};

}  // namespace

std::unique_ptr<RowScanner> make_scanner(const ScanPlan& plan) {
  if (plan.query_panels != nullptr) return std::make_unique<CodePanelScanner>(plan);
  if (plan.vectors->type() == VectorType::kInt8) return std::make_unique<CodeScanner>(plan);
  auto unfiltered = std::make_unique<FloatScanner>(plan);
  if (plan.half_panels == nullptr) return unfiltered;
  return make_filtered_scanner(plan, std::move(unfiltered));
}

}  // namespace querl
