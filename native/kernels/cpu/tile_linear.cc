#include "kernels/tile_linear.h"

#include "kernels/cpu/tile_linear_tables.h"

namespace querl {

const TileLinearKernels* tile_linear_kernels(FloatType type, const LinearIsa& isa) {
#if defined(__x86_64__)
  if (isa.isa == Isa::kAvx512 && isa.bf16 == Bf16Isa::kAmx) {
    if (type == FloatType::kBfloat16) return &kTileLinearBf16;
    if (type == FloatType::kFloat32) return &kTileLinearFp32;
  }
#else
  static_cast<void>(type);
  static_cast<void>(isa);
#endif
  return nullptr;
}

}  // namespace querl
