#if defined(__x86_64__)

#define QUERL_HALF_PAIRS
#include "kernels/cpu/half_linear_rows.inc"

namespace querl {

const HalfLinearKernels kHalfLinearAvx512Bf16 = kHalfLinear<Pairs>;

}  // namespace querl

#endif
