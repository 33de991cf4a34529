#include "kernels/cpu/half_rows_kernels.inc"

namespace querl {

const HalfRowKernels kHalfRowsPortable = kHalfRows;

}  // namespace querl
