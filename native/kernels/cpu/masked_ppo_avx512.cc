#if defined(__x86_64__)

#include "kernels/cpu/masked_ppo_kernels.inc"

namespace querl {

const MaskedPpoKernels kMaskedPpoAvx512 = kMaskedPpo;

}  // namespace querl

#endif
