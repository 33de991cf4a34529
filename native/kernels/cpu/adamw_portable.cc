#include "kernels/cpu/adamw_kernels.inc"

namespace querl {

const AdamWKernels kAdamWPortable = kAdamW;

}  // namespace querl
