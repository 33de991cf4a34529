// The gradient of a linear layer's weight, on the CPU: G += Y^T X for bfloat16 rows and a float32
// G, which no rounding to bfloat16 comes between.
//
// Both operands run along what is summed, so they are packed transposed, a part of Y at a time; the
// products are those of linear_logprobs(): AMX, AVX512-BF16, or fp32 on what has neither.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/linear_logprobs.h"
#include "kernels/parallel.h"

namespace querl {

struct OuterProduct {
  int64_t m = 0, n = 0, k = 0;
  ConstRows y, x;             // (m, n) and (m, k), bfloat16
  float* gradient = nullptr;  // (n, k)
  int64_t stride = 0;         // of the gradient's rows
};

// Bytes of memory, aligned to 64, that outer_product() works in: the size of X, and of a part of Y.
size_t outer_product_bytes(const OuterProduct& job, int threads, const LinearIsa& isa = {});

// Any number of threads gives the same bits.
void outer_product(const OuterProduct& job, void* memory, Parallel& parallel,
                   const LinearIsa& isa = {});

}  // namespace querl
