#if defined(__x86_64__)

#define QUERL_LINEAR_BF16
#include "kernels/cpu/linear_kernels.inc"

namespace querl {

const LinearKernels kLinearAvx512Bf16 = kLinear;

}  // namespace querl

#endif
