// The halves of whiten.h that run over a chunk, one table per instruction set that this build has.
#pragma once

#include <cstdint>

#include "kernels/isa.h"
#include "kernels/whiten.h"

namespace querl {

struct WhitenKernels {
  // mask: null: all count.
  Moments (*moments)(const float* values, const uint8_t* mask, int64_t count);

  // out = (x - mean) scale + shift, 0 where the mask is 0.
  void (*rescale)(const float* values, const uint8_t* mask, int64_t count, double mean,
                  double scale, double shift, float* out);
};

extern const WhitenKernels kWhitenPortable;
#if defined(__x86_64__)
extern const WhitenKernels kWhitenAvx2;
extern const WhitenKernels kWhitenAvx512;
#endif

// Functions for `isa`, which the processor must have.
const WhitenKernels& whiten_kernels(Isa isa);

}  // namespace querl
