#if defined(__x86_64__)

// After what it includes from the standard library, so that no function of that is compiled for
// AVX2: the linker might keep it for all.
#include <immintrin.h>

#include "retrieval/dense/dot_kernels.h"

// GCC 12 does not define the macros of a target that a pragma names.
#define QUERL_DOT_AVX2
#pragma GCC target("avx2,fma,f16c")
#include "retrieval/dense/dot_kernels.inc"

namespace querl {

const DotKernels kDotAvx2 = make_kernels("avx2");

}  // namespace querl

#endif
