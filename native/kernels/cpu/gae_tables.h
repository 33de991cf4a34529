// The steps of gae.h over one sequence, one table per instruction set that this build has.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace querl {

struct GaeKernels {
  // Moves what is masked in to the front of `out` (count), in order; returns how many there are.
  // What lies behind them in `out` is anything.
  int64_t (*compress)(const float* from, const uint8_t* mask, int64_t count, float* out);

  // Its inverse, in place: spreads the first numbers of `values` (count) over what is masked in; 0
  // elsewhere. `kept`: how many there are.
  void (*expand)(float* values, const uint8_t* mask, int64_t count, int64_t kept);

  // The recursion over tokens that all take part. `advantages` may be `rewards` and `returns` may
  // be `values`.
  void (*scan)(const float* rewards, const float* values, int64_t count, double gamma,
               double gamma_lambda, float* advantages, float* returns);
};

extern const GaeKernels kGaePortable;
#if defined(__x86_64__)
extern const GaeKernels kGaeAvx2;
extern const GaeKernels kGaeAvx512;
#endif

// Functions for `isa`, which the processor must have.
const GaeKernels& gae_kernels(Isa isa);

}  // namespace querl
