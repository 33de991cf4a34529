// Linear layers whose weights lie in 16 bits, row-major as in a checkpoint: on the CPU, in place,
// for a few rows as well as for hundreds. Single-threaded: a team of threads splits the outputs.
//
// The activations are packed first, rounded to bfloat16 for weights in bfloat16 and left in fp32
// for weights in float16. Products are summed in fp32. An element of the result depends on its row
// of the activations and its row of the weights alone, bit for bit: not on the other rows, nor on
// how the outputs were split. It does depend on the instruction set.
#pragma once

#include <cstdint>

#include "kernels/float_type.h"
#include "kernels/isa.h"

namespace querl {

// Rows of activations that are packed together: threads that pack parts of them split here.
inline constexpr int64_t kHalfPanel = 16;
// Outputs that belong together: a team that splits at multiples of it wastes nothing.
inline constexpr int64_t kHalfOutputs = 32;
// Columns of activations that are packed together.
inline constexpr int64_t kHalfDepth = 32;

struct HalfProduct {
  const void* packed;   // the activations (m, k)
  int64_t m;            // rows
  const void* weights;  // (n, k), row-major
  int64_t n, k;
  const float* bias = nullptr;  // (n); null: none
  bool accumulate = false;      // adds to C instead of overwriting it
  float* c;                     // (m, n)
  int64_t ldc;
};

struct HalfLinearKernels {
  // Bytes that activations (m, k) take when they are packed; panels lie one behind the other.
  int64_t (*packed_bytes)(int64_t m, int64_t k);

  // Packs panel `panel` of x (m, k), whose rows are ldx floats apart: kHalfPanel rows or what is
  // left of them. `packed` is aligned to 64 bytes.
  void (*pack)(const float* x, int64_t ldx, int64_t m, int64_t k, int64_t panel, void* packed);

  // The same of columns [begin, end) alone, of which x holds no others: a panel may be packed in
  // parts. `begin` is a multiple of kHalfDepth, and so is `end` where it is not k.
  void (*pack_columns)(const float* x, int64_t ldx, int64_t m, int64_t k, int64_t begin,
                       int64_t end, int64_t panel, void* packed);

  // The outputs [begin, end) of C (m, n) = X W^T + bias.
  void (*multiply)(const HalfProduct& product, int64_t begin, int64_t end);
};

// Functions for weights in bfloat16 or float16 on instruction sets that the processor must have.
// `bf16` plays no part for float16.
const HalfLinearKernels& half_linear_kernels(FloatType type, Isa isa = best_isa(),
                                             Bf16Isa bf16 = best_bf16_isa());

}  // namespace querl
