#if defined(__x86_64__)

#include "kernels/cpu/decode_kernels.inc"

namespace querl {

const DecodeKernels kDecodeAvx512 = kDecode;

}  // namespace querl

#endif
