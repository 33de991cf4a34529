// The tables of SoftmaxKernels, one per instruction set that this build has.
#pragma once

#include "kernels/softmax.h"

namespace querl {

extern const SoftmaxKernels kSoftmaxPortable;
#if defined(__x86_64__)
extern const SoftmaxKernels kSoftmaxAvx2;
extern const SoftmaxKernels kSoftmaxAvx512;
#endif

}  // namespace querl
