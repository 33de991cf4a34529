#include "kernels/group_advantages.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace querl {
namespace {

// Sequences of one task of spread_to_tokens().
constexpr int64_t kTaskSequences = 16;

Moments of_one(double reward) { return {1, reward, 0}; }

// The moments of the first 0, 1, …, n rewards. Merged one by one and never taken out again: of
// equal rewards the sum of squares is then exactly 0.
template <class Iterator>
void running_moments(Iterator begin, Iterator end, const double* rewards,
                     std::vector<Moments>& running) {
  running.assign(1, {});
  for (; begin != end; ++begin) running.push_back(merge(running.back(), of_one(rewards[*begin])));
}

}  // namespace

void group_advantages(const double* rewards, const int32_t* groups, int64_t count,
                      const GroupOptions& options, double* advantages) {
  if (options.baseline == GroupBaseline::kNone) {
    std::copy(rewards, rewards + count, advantages);
    return;
  }
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [groups](int64_t a, int64_t b) { return groups[a] < groups[b]; });

  std::vector<Moments> before, after;
  for (auto first = order.begin(); first != order.end();) {
    const int32_t group = groups[*first];
    const auto end =
        std::find_if(first, order.end(), [&](int64_t row) { return groups[row] != group; });
    const auto size = static_cast<size_t>(end - first);
    running_moments(first, end, rewards, before);
    running_moments(std::reverse_iterator(end), std::reverse_iterator(first), rewards, after);
    for (size_t i = 0; i < size; ++i) {
      const int64_t row = first[static_cast<std::ptrdiff_t>(i)];
      const Moments over = options.baseline == GroupBaseline::kGroup
                               ? before[size]
                               : merge(before[i], after[size - 1 - i]);
      advantages[row] = size < 2 ? rewards[row] : group_advantage(rewards[row], over, options);
    }
    first = end;
  }
}

void spread_to_tokens(const float* per_sequence, const int64_t* offsets, int64_t sequences,
                      const uint8_t* mask, float* out, Parallel& parallel) {
  parallel.run((sequences + kTaskSequences - 1) / kTaskSequences, [&](int64_t task, int) {
    const int64_t end = std::min(sequences, (task + 1) * kTaskSequences);
    for (int64_t b = task * kTaskSequences; b < end; ++b) {
      const float own = per_sequence[b];
      for (int64_t t = offsets[b]; t < offsets[b + 1]; ++t)
        out[t] = mask == nullptr || mask[t] != 0 ? own : 0.f;
    }
  });
}

}  // namespace querl
