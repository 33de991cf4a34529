// The tables of DenseKernels, one per instruction set that this build has.
#pragma once

#include "kernels/dense.h"

namespace querl {

extern const DenseKernels kDensePortable;
#if defined(__x86_64__)
extern const DenseKernels kDenseAvx2;
extern const DenseKernels kDenseAvx512;
#endif

}  // namespace querl
