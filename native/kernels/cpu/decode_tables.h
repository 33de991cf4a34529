// The tables of DecodeKernels, one per instruction set that this build has.
#pragma once

#include "kernels/decode.h"

namespace querl {

// Query vectors that attend() takes at a time.
inline constexpr int64_t kAttendVectors = 48;
// Tokens of which they have scores.
inline constexpr int64_t kAttendTokens = 4 * kPageTokens;

extern const DecodeKernels kDecodePortable;
#if defined(__x86_64__)
extern const DecodeKernels kDecodeAvx2;
extern const DecodeKernels kDecodeAvx512;
extern const DecodeKernels kDecodeAmx;
#endif

}  // namespace querl
