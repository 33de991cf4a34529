#include "kernels/isa.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/amx_permission.h"

namespace querl {
namespace {

#if defined(__x86_64__)

bool has_avx512_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return best_isa() == Isa::kAvx512 && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 &&
         (a & 1u << 5) != 0;
}

Bf16Isa find_bf16_isa() {
  if (!has_avx512_bf16()) return Bf16Isa::kConvert;
  return may_use_amx(kAmxBf16) ? Bf16Isa::kAmx : Bf16Isa::kAvx512;
}

#endif

}  // namespace

Isa best_isa() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return Isa::kAvx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("f16c"))
    return Isa::kAvx2;
#endif
  return Isa::kPortable;
}

const char* isa_name(Isa isa) {
  switch (isa) {
    case Isa::kAvx512:
      return "avx512";
    case Isa::kAvx2:
      return "avx2";
    case Isa::kPortable:
      break;
  }
  return "portable";
}

Bf16Isa best_bf16_isa() {
#if defined(__x86_64__)
  static const Bf16Isa best = find_bf16_isa();
  return best;
#else
  return Bf16Isa::kConvert;
#endif
}

const char* bf16_isa_name(Bf16Isa isa) {
  switch (isa) {
    case Bf16Isa::kAmx:
      return "amx";
    case Bf16Isa::kAvx512:
      return "avx512_bf16";
    case Bf16Isa::kConvert:
      break;
  }
  return "convert";
}

}  // namespace querl
