#include "retrieval/dense/dot_kernels.h"

#include "base/amx_permission.h"
#include "retrieval/dense/code_panels.h"
#include "retrieval/dense/half_panels.h"

namespace querl {
namespace {

DotKernelList find_kernels() {
  DotKernelList found{};
  const auto add = [&](const DotKernels& kernels) { found.kernels[found.count++] = &kernels; };
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  const bool vnni = avx512 && __builtin_cpu_supports("avx512vnni");
  static DotKernels amx = kDotAvx512Vnni;
  if (vnni && may_use_amx(kAmxInt8)) {
    amx.name = "amx";
    amx.code_panels = score_code_panels_amx;
    if (may_use_amx(kAmxBf16) && __builtin_cpu_supports("avx512bf16")) {
      amx.find_candidates[0] = find_candidates_amx_float32;
      amx.find_candidates[1] = find_candidates_amx_float16;
      amx.find_candidates[2] = find_candidates_amx_bfloat16;
    }
    add(amx);
  }
  if (vnni) add(kDotAvx512Vnni);
  if (avx512) add(kDotAvx512);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("f16c"))
    add(kDotAvx2);
#endif
  add(kDotPortable);
  return found;
}

}  // namespace

const DotKernelList& dot_kernels() {
  static const DotKernelList list = find_kernels();
  return list;
}

}  // namespace querl
