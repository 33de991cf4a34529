#include "retrieval/dense/filtered_scanner.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "retrieval/dense/half_panels.h"

namespace querl {
namespace {

constexpr size_t kPanel = kHalfPanelQueries;

// Of so many products one may be left: scoring single pairs takes about three times as long as
// scoring them by the block.
constexpr int64_t kProductsPerCandidate = 6;

// After a block that was filtered in vain the next ones are not, twice as many each time.
constexpr uint32_t kMostUnfiltered = 64;

class FilteredScanner : public RowScanner {
 public:
  FilteredScanner(const ScanPlan& plan, std::unique_ptr<RowScanner> unfiltered)
      : plan_(plan), unfiltered_(std::move(unfiltered)) {
    const auto type = static_cast<size_t>(plan.vectors->type());
    find_ = plan.kernels->find_candidates[type];
    score_ = plan.kernels->pairs[type];
    const size_t panels = (std::min(plan.query_count, kQueryGroup) + kPanel - 1) / kPanel;
    limits_.resize(panels * kPanel);
    candidates_.resize(panels * kRowBlock);
    tiles_.resize(32 * static_cast<size_t>(half_steps(plan.vectors->dimensions())));
  }

  void scan(const RowsToScan& in, size_t begin, size_t end, TopRows* hits) override {
    if (unfiltered_left_ > 0) {
      --unfiltered_left_;
      return unfiltered_->scan(in, begin, end, hits);
    }
    const auto products = static_cast<int64_t>(in.rows) * static_cast<int64_t>(end - begin);
    if (find(in, begin, end, hits) * kProductsPerCandidate > products) {
      unfiltered_left_ = in_vain_;
      in_vain_ = std::min(std::max(in_vain_ * 2, 1u), kMostUnfiltered);
      return unfiltered_->scan(in, begin, end, hits);
    }
    in_vain_ = 0;
    score(in, begin, end, hits);
  }

 private:
  int64_t find(const RowsToScan& in, size_t begin, size_t end, const TopRows* hits) {
    for (size_t q = begin; q < end; ++q) limits_[q - begin] = hits[q].limit();
    const auto d = static_cast<int64_t>(plan_.vectors->dimensions());
    const HalfRows rows{in.data,
                        in.rows,
                        d,
                        plan_.row_scale ? plan_.row_scale + in.first_row : nullptr,
                        plan_.row_bias ? plan_.row_bias + in.first_row : nullptr,
                        in.allowed,
                        tiles_.data()};
    const HalfPanels& queries = *plan_.half_panels;
    return find_(rows,
                 {queries.panel(static_cast<int64_t>(begin / kPanel)), queries.length() + begin,
                  queries.error() + begin, limits_.data(), static_cast<int64_t>(end - begin)},
                 candidates_.data());
  }

  // For each query its rows come in ascending order.
  void score(const RowsToScan& in, size_t begin, size_t end, TopRows* hits) {
    const size_t d = plan_.vectors->dimensions(), row_bytes = plan_.vectors->row_bytes();
    pairs_.clear();
    rows_.clear();
    queries_.clear();
    for (size_t first = begin; first < end; first += kPanel) {
      const uint16_t* const panel = candidates_.data() + (first - begin) / kPanel * kRowBlock;
      for (uint32_t r = 0; r < in.rows; ++r) {
        for (unsigned left = panel[r]; left != 0; left &= left - 1) {
          const size_t q = first + static_cast<size_t>(std::countr_zero(left));
          pairs_.push_back({q, in.first_row + r});
          rows_.push_back(in.data + r * row_bytes);
          queries_.push_back(plan_.queries.data() + q * d);
        }
      }
    }
    scores_.resize(pairs_.size());
    score_(rows_.data(), queries_.data(), static_cast<int64_t>(pairs_.size()),
           static_cast<int64_t>(d), scores_.data());
    for (size_t i = 0; i < pairs_.size(); ++i) {
      const auto [q, row] = pairs_[i];
      float score = scores_[i];
      if (plan_.row_scale != nullptr) score *= plan_.row_scale[row];
      if (plan_.row_bias != nullptr) score += plan_.row_bias[row];
      // The limit may have risen since.
      if (score > hits[q].limit()) hits[q].offer({row, score});
    }
  }

  struct Pair {
    size_t query;
    uint32_t row;
  };

  const ScanPlan& plan_;
  const std::unique_ptr<RowScanner> unfiltered_;
  FindCandidates find_;
  DotKernels::Pairs score_;
  uint32_t unfiltered_left_ = 0, in_vain_ = 0;
  std::vector<float> limits_, scores_;
  std::vector<uint16_t> candidates_;
  std::vector<HalfLine> tiles_;
  std::vector<Pair> pairs_;
  std::vector<const void*> rows_;
  std::vector<const float*> queries_;
};

}  // namespace

std::unique_ptr<RowScanner> make_filtered_scanner(const ScanPlan& plan,
                                                  std::unique_ptr<RowScanner> unfiltered) {
  return std::make_unique<FilteredScanner>(plan, std::move(unfiltered));
}

}  // namespace querl
