#if defined(__x86_64__)

#include "kernels/cpu/half_linear_rows.inc"

namespace querl {

const HalfLinearKernels kHalfLinearBf16Avx2 = kHalfLinear<Converted<true>>;
const HalfLinearKernels kHalfLinearFp16Avx2 = kHalfLinear<Converted<false>>;

}  // namespace querl

#endif
