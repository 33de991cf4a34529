#if defined(__x86_64__)

#include "kernels/cpu/half_rows_kernels.inc"

namespace querl {

const HalfRowKernels kHalfRowsAvx2 = kHalfRows;

}  // namespace querl

#endif
