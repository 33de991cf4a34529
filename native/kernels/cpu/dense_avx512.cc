#if defined(__x86_64__)

#include "kernels/cpu/dense_kernels.inc"

namespace querl {

const DenseKernels kDenseAvx512 = kDense;

}  // namespace querl

#endif
