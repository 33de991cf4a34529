#if defined(__x86_64__)

#include "kernels/cpu/gae_kernels.inc"

namespace querl {

const GaeKernels kGaeAvx2 = kGae;

}  // namespace querl

#endif
