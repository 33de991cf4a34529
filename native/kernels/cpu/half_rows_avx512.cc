#if defined(__x86_64__)

#include "kernels/cpu/half_rows_kernels.inc"

namespace querl {

const HalfRowKernels kHalfRowsAvx512 = kHalfRows;

}  // namespace querl

#endif
