#if defined(__x86_64__)

#include "kernels/cpu/half_linear_amx.inc"

namespace querl {

const HalfLinearKernels kHalfLinearAmx = {packed_bytes, pack, pack_columns, multiply};

}  // namespace querl

#endif
