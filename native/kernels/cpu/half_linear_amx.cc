#if defined(__x86_64__)

#include "kernels/cpu/half_linear_amx.inc"

namespace querl {

const HalfLinearKernels kHalfLinearAmx = {packed_bytes, pack, multiply};

}  // namespace querl

#endif
