// Runs of 16-bit floats to and from fp32, one table of functions per instruction set: what kernels
// that compute in fp32 pass their rows through. The same numbers as half.h, bit for bit.
#pragma once

#include <cstdint>

#include "kernels/float_type.h"
#include "kernels/isa.h"

namespace querl {

struct HalfRowKernels {
  // Of any type, fp32 too. Rounds to nearest, ties to even; a NaN stays one.
  void (*to_floats)(const void* from, FloatType type, int64_t count, float* to);
  void (*from_floats)(const float* from, int64_t count, FloatType type, void* to);

  // to = a + b; may be one of them.
  void (*add)(const float* a, const float* b, int64_t count, float* to);
};

// Functions for `isa`, which the processor must have.
const HalfRowKernels& half_row_kernels(Isa isa = best_isa());

}  // namespace querl
