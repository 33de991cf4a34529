// The tables of HalfRowKernels, one per instruction set that this build has.
#pragma once

#include "kernels/half_rows.h"

namespace querl {

extern const HalfRowKernels kHalfRowsPortable;
#if defined(__x86_64__)
extern const HalfRowKernels kHalfRowsAvx2, kHalfRowsAvx512;
#endif

}  // namespace querl
