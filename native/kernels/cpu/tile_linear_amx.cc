#if defined(__x86_64__)

#include "kernels/cpu/tile_linear_amx.inc"

namespace querl {

const TileLinearKernels kTileLinearBf16 = kTileLinear<1>;
const TileLinearKernels kTileLinearFp32 = kTileLinear<3>;

}  // namespace querl

#endif
