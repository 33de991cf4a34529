#include "kernels/half_rows.h"

#include "kernels/cpu/half_rows_tables.h"

namespace querl {

const HalfRowKernels& half_row_kernels(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return kHalfRowsAvx512;
    case Isa::kAvx2:
      return kHalfRowsAvx2;
#endif
    default:
      return kHalfRowsPortable;
  }
}

}  // namespace querl
