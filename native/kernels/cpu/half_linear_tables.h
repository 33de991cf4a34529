// The tables of HalfLinearKernels, one per instruction set that this build has and kind of weights.
#pragma once

#include "kernels/half_linear.h"

namespace querl {

extern const HalfLinearKernels kHalfLinearBf16Portable, kHalfLinearFp16Portable;
#if defined(__x86_64__)
extern const HalfLinearKernels kHalfLinearBf16Avx2, kHalfLinearFp16Avx2;
extern const HalfLinearKernels kHalfLinearBf16Avx512, kHalfLinearFp16Avx512;
extern const HalfLinearKernels kHalfLinearAvx512Bf16, kHalfLinearAmx;
#endif

}  // namespace querl
