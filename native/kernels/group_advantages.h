// One advantage per trajectory, from the rewards of its group.
//
//   none:           r
//   group:          r - mean(group)                        GRPO (arXiv 2402.03300), §4.1
//   leave one out:  r - mean(the others of the group)      RLOO (arXiv 2402.14740)
//
// divided, if so asked, by the unbiased standard deviation of what the mean is taken over, plus
// epsilon. A deviation of 0 is not divided by: an advantage of GRPO is 0 then anyway, and a sample
// that is left out of equal others keeps its plain difference. A group of one has no baseline and
// keeps its reward.
#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/parallel.h"
#include "kernels/whiten.h"

namespace querl {

enum class GroupBaseline { kNone, kGroup, kLeaveOneOut };

struct GroupOptions {
  GroupBaseline baseline = GroupBaseline::kGroup;
  bool divide_by_std = true;
  double epsilon = 1e-6;  // added to the standard deviation
};

// `over` are the moments of what the reward is compared with: the whole group, or the others.
QUERL_HOST_DEVICE inline double group_advantage(double reward, const Moments& over,
                                                const GroupOptions& options) {
  const double difference = reward - over.mean;
  const double deviation = options.divide_by_std ? sqrt(variance(over)) : 0;
  return deviation > 0 ? difference / (deviation + options.epsilon) : difference;
}

// rewards, advantages (B); groups (B): equal ids are one group, in any order. Not for millions of
// rows: one thread, O(B log B).
void group_advantages(const double* rewards, const int32_t* groups, int64_t count,
                      const GroupOptions& options, double* advantages);

// out (T): the number of its sequence at each token, 0 where the mask (T; null: none is) is 0.
void spread_to_tokens(const float* per_sequence, const int64_t* offsets, int64_t sequences,
                      const uint8_t* mask, float* out, Parallel& parallel);

}  // namespace querl
