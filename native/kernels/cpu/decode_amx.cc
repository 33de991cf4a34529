#if defined(__x86_64__)

#define QUERL_DECODE_AMX
#include "kernels/cpu/decode_kernels.inc"

namespace querl {

const DecodeKernels kDecodeAmx = kDecode;

}  // namespace querl

#endif
