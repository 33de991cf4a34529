// The tables of DecodeKernels, one per instruction set that this build has.
#pragma once

#include "kernels/decode.h"

namespace querl {

extern const DecodeKernels kDecodePortable;
#if defined(__x86_64__)
extern const DecodeKernels kDecodeAvx2;
extern const DecodeKernels kDecodeAvx512;
#endif

}  // namespace querl
