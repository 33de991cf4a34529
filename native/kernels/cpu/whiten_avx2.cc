#if defined(__x86_64__)

#include "kernels/cpu/whiten_kernels.inc"

namespace querl {

const WhitenKernels kWhitenAvx2 = kWhiten;

}  // namespace querl

#endif
