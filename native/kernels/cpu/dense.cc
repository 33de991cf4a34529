#include "kernels/dense.h"

#include "kernels/cpu/dense_tables.h"

namespace querl {

const DenseKernels& dense_kernels(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return kDenseAvx512;
    case Isa::kAvx2:
      return kDenseAvx2;
#endif
    default:
      return kDensePortable;
  }
}

}  // namespace querl
