#include "kernels/decode.h"

#include "kernels/cpu/decode_tables.h"

namespace querl {

const DecodeKernels& decode_kernels(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return kDecodeAvx512;
    case Isa::kAvx2:
      return kDecodeAvx2;
#endif
    default:
      return kDecodePortable;
  }
}

}  // namespace querl
