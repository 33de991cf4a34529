// Where a row of weights is cut off so that its largest numbers hold a given share.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/isa.h"

namespace querl {

struct SampleKernels;

// Functions for `isa`, which the processor must have.
const SampleKernels& sample_kernels(Isa isa);

// What stays: the numbers above `least`, and the first `ties` that equal it.
struct Cut {
  float least;
  int64_t ties;
};

// The cut that leaves the fewest of the largest numbers (equals: the first) whose sum, or with
// `counted` whose count, reaches `target`; all that are above 0 where none does. No number of those
// is below `bound`, a number above 0. `left` is scratch.
Cut find_cut(const SampleKernels& kernels, const float* weights, int64_t n, double target,
             bool counted, float bound, std::vector<float>& left);

}  // namespace querl
