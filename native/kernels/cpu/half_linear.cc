#include "kernels/half_linear.h"

#include "kernels/cpu/half_linear_tables.h"

namespace querl {
namespace {

const HalfLinearKernels& converting(FloatType type, Isa isa) {
  const bool is_bf16 = type == FloatType::kBfloat16;
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return is_bf16 ? kHalfLinearBf16Avx512 : kHalfLinearFp16Avx512;
    case Isa::kAvx2:
      return is_bf16 ? kHalfLinearBf16Avx2 : kHalfLinearFp16Avx2;
#endif
    default:
      return is_bf16 ? kHalfLinearBf16Portable : kHalfLinearFp16Portable;
  }
}

}  // namespace

const HalfLinearKernels& half_linear_kernels(FloatType type, Isa isa, Bf16Isa bf16) {
#if defined(__x86_64__)
  if (type == FloatType::kBfloat16 && isa == Isa::kAvx512) {
    if (bf16 == Bf16Isa::kAmx) return kHalfLinearAmx;
    if (bf16 == Bf16Isa::kAvx512) return kHalfLinearAvx512Bf16;
  }
#else
  static_cast<void>(bf16);
#endif
  return converting(type, isa);
}

}  // namespace querl
