#include "kernels/cpu/half_linear_rows.inc"

namespace querl {

const HalfLinearKernels kHalfLinearBf16Portable = kHalfLinear<Converted<true>>;
const HalfLinearKernels kHalfLinearFp16Portable = kHalfLinear<Converted<false>>;

}  // namespace querl
