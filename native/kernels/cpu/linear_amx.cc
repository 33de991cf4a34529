#if defined(__x86_64__)

#define QUERL_LINEAR_BF16
#define QUERL_LINEAR_AMX
#include "kernels/cpu/linear_kernels.inc"

namespace querl {

const LinearKernels kLinearAmx = kLinear;

}  // namespace querl

#endif
