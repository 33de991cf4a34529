#include "kernels/cpu/masked_ppo_kernels.inc"

namespace querl {

const MaskedPpoKernels kMaskedPpoPortable = kMaskedPpo;

}  // namespace querl
