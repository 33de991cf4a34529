#include "kernels/cpu/dense_kernels.inc"

namespace querl {

const DenseKernels kDensePortable = kDense;

}  // namespace querl
