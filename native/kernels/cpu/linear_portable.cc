#include "kernels/cpu/linear_kernels.inc"

namespace querl {

const LinearKernels kLinearPortable = kLinear;

}  // namespace querl
