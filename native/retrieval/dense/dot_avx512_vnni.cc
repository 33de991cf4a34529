#if defined(__x86_64__)

// After what it includes from the standard library, so that no function of that is compiled for
// AVX-512: the linker might keep it for all.
#include <immintrin.h>

#include "retrieval/dense/dot_kernels.h"

// GCC 12 warns falsely inside its own AVX-512 intrinsics, and does not define the macros of a
// target that a pragma names.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#define QUERL_DOT_AVX2
#define QUERL_DOT_AVX512
#define QUERL_DOT_VNNI
#pragma GCC target("avx512vnni,avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c")
#include "retrieval/dense/dot_kernels.inc"

namespace querl {

const DotKernels kDotAvx512Vnni = make_kernels("avx512_vnni");

}  // namespace querl

#endif
