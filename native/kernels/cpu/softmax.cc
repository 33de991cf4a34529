#include "kernels/softmax.h"

#include "kernels/cpu/softmax_tables.h"

namespace querl {

const SoftmaxKernels& softmax_kernels(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return kSoftmaxAvx512;
    case Isa::kAvx2:
      return kSoftmaxAvx2;
#endif
    default:
      return kSoftmaxPortable;
  }
}

}  // namespace querl
