#include "kernels/decode.h"

#include "kernels/cpu/decode_tables.h"

namespace querl {

// As decode_attention.inc cuts it up: query vectors, sums, scores, pages in fp32.
int64_t attend_scratch(const PageShape& shape) {
  const int64_t padded = (shape.head_dim + 15) / 16 * 16;
  return kAttendVectors * (shape.head_dim + padded + kAttendTokens) +
         kAttendTokens * shape.head_dim;
}

const DecodeKernels& decode_kernels(Isa isa, [[maybe_unused]] Bf16Isa bf16) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return bf16 == Bf16Isa::kAmx ? kDecodeAmx : kDecodeAvx512;
    case Isa::kAvx2:
      return kDecodeAvx2;
#endif
    default:
      return kDecodePortable;
  }
}

}  // namespace querl
