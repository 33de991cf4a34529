#include "retrieval/dense/dot_kernels.h"

namespace querl {
namespace {

DotKernelList find_kernels() {
  DotKernelList found{};
  const auto add = [&](const DotKernels& kernels) { found.kernels[found.count++] = &kernels; };
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512 && __builtin_cpu_supports("avx512vnni")) add(kDotAvx512Vnni);
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
