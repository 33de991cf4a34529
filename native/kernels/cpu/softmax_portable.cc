#include "kernels/cpu/softmax_kernels.inc"

namespace querl {

const SoftmaxKernels kSoftmaxPortable = kSoftmax;

}  // namespace querl
