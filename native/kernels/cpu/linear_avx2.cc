#if defined(__x86_64__)

#include "kernels/cpu/linear_kernels.inc"

namespace querl {

const LinearKernels kLinearAvx2 = kLinear;

}  // namespace querl

#endif
