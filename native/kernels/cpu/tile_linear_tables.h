// The tables of TileLinearKernels, one per type of the weights.
#pragma once

#include "kernels/tile_linear.h"

namespace querl {

#if defined(__x86_64__)
extern const TileLinearKernels kTileLinearBf16, kTileLinearFp32;
#endif

}  // namespace querl
