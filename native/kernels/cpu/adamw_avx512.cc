#if defined(__x86_64__)

#include "kernels/cpu/adamw_kernels.inc"

namespace querl {

const AdamWKernels kAdamWAvx512 = kAdamW;

}  // namespace querl

#endif
