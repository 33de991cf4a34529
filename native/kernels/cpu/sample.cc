#include "kernels/sample.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace querl {
namespace {

constexpr Sample kNoSample{-1, std::numeric_limits<float>::quiet_NaN()};

// The first id whose running sum passes `target`, which is below the total. Blocks first: their
// sums were rounded in another order than the walk inside one, so the walk may end without passing
// it; then the block's last possible token is meant.
int64_t walk(const float* weights, const std::vector<float>& sums, int64_t n, double target) {
  double passed = 0;
  int64_t block = 0;
  const int64_t blocks = (n + kSumBlock - 1) / kSumBlock;
  int64_t last_block = 0;
  for (; block < blocks; ++block) {
    if (sums[static_cast<size_t>(block)] > 0) last_block = block;
    if (passed + sums[static_cast<size_t>(block)] > target) break;
    passed += sums[static_cast<size_t>(block)];
  }
  if (block == blocks) block = last_block;
  const int64_t end = std::min(n, (block + 1) * kSumBlock);
  int64_t last = -1;
  for (int64_t id = block * kSumBlock; id < end; ++id) {
    if (weights[id] > 0) last = id;
    passed += weights[id];
    if (passed > target) return id;
  }
  return last;
}

// The ids that top-k and top-p leave, most likely first, in scratch.candidates.
void keep_top(const float* weights, int64_t n, double total, const SampleOptions& options,
              SampleScratch& scratch) {
  // The ids below this weight hold less than 1 - top_p in all, so none of them is needed to reach
  // top_p: sorting the rest is enough. Top-k renormalises, after which they might be.
  const bool limited = options.top_k > 0 && options.top_k < n;
  const double least =
      limited ? 0 : (1 - static_cast<double>(options.top_p)) * total / static_cast<double>(n);
  auto& ids = scratch.candidates;
  ids.clear();
  for (int64_t id = 0; id < n; ++id)
    if (weights[id] > 0 && weights[id] >= least) ids.push_back(static_cast<int32_t>(id));

  const auto before = [weights](int32_t a, int32_t b) {
    return weights[a] > weights[b] || (weights[a] == weights[b] && a < b);
  };
  if (limited && static_cast<size_t>(options.top_k) < ids.size()) {
    std::nth_element(ids.begin(), ids.begin() + options.top_k, ids.end(), before);
    ids.resize(static_cast<size_t>(options.top_k));
  }
  std::sort(ids.begin(), ids.end(), before);
  if (options.top_p >= 1) return;
  if (limited) {
    total = 0;
    for (const int32_t id : ids) total += weights[id];
  }
  double passed = 0;
  size_t kept = 0;
  while (kept < ids.size() && passed < options.top_p * total) passed += weights[ids[kept++]];
  ids.resize(std::max<size_t>(kept, 1));
}

int32_t draw_top(const float* weights, const std::vector<int32_t>& ids, double uniform) {
  double total = 0;
  for (const int32_t id : ids) total += weights[id];
  double passed = 0;
  for (const int32_t id : ids) {
    passed += weights[id];
    if (passed > uniform * total) return id;
  }
  return ids.back();
}

}  // namespace

Sample sample_row(const DecodeKernels& kernels, float* logits, int64_t n,
                  const SampleOptions& options, double uniform, SampleScratch& scratch) {
  for (int64_t i = 0; i < options.banned_count; ++i) {
    // A ban hides no NaN: it says that the weights are broken.
    if (std::isnan(logits[options.banned[i]])) return kNoSample;
    logits[options.banned[i]] = -std::numeric_limits<float>::infinity();
  }
  if (options.temperature == 0) {
    const float log_total = kernels.log_sum_exp(logits, n);
    if (!std::isfinite(log_total)) return kNoSample;
    const ArgMax best = kernels.argmax(logits, n);
    return {static_cast<int32_t>(best.index), best.value - log_total};
  }

  scratch.sums.resize(static_cast<size_t>((n + kSumBlock - 1) / kSumBlock));
  const double total =
      kernels.exponentials(logits, n, 1 / options.temperature, scratch.sums.data()).total;
  if (!(total > 0) || !std::isfinite(total)) return kNoSample;
  int64_t id;
  if (options.top_p < 1 || (options.top_k > 0 && options.top_k < n)) {
    keep_top(logits, n, total, options, scratch);
    id = draw_top(logits, scratch.candidates, uniform);
  } else {
    id = walk(logits, scratch.sums, n, uniform * total);
  }
  return {static_cast<int32_t>(id), static_cast<float>(std::log(logits[id] / total))};
}

}  // namespace querl
