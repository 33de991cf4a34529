#if defined(__x86_64__)

#include "kernels/cpu/softmax_kernels.inc"

namespace querl {

const SoftmaxKernels kSoftmaxAvx512 = kSoftmax;

}  // namespace querl

#endif
