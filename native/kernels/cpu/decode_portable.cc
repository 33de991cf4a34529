#include "kernels/cpu/decode_kernels.inc"

namespace querl {

const DecodeKernels kDecodePortable = kDecode;

}  // namespace querl
