// Dense building blocks of decoders and encoders on the CPU, in fp32: one table of functions per
// instruction set. Single-threaded; every pointer may be unaligned; matrices are row-major.
//
// A row of a result depends on that row of the inputs alone, bit for bit, whatever m is: sums over
// k run in one order for every tile shape. Sampling relies on it, so that what a session generates
// does not depend on what else is in the batch.
#pragma once

#include <cstdint>

#include "kernels/isa.h"

namespace querl {

// Columns of one packed panel.
inline constexpr int64_t kPanel = 32;

// Floats that a packed (n, k) matrix takes.
inline int64_t packed_size(int64_t n, int64_t k) { return (n + kPanel - 1) / kPanel * kPanel * k; }

// gelu is x Phi(x), gelu_tanh its approximation by tanh ("gelu_new").
enum class Activation { kGelu, kGeluTanh, kRelu, kTanh };

struct DenseKernels {
  // Packs W, whose element (row, column) is w[row * row_stride + column * column_stride], n rows
  // and k columns, into panels [ceil(n / kPanel)][k][kPanel], filled up with zeros.
  void (*pack)(const float* w, int64_t n, int64_t k, int64_t row_stride, int64_t column_stride,
               float* packed);

  // C (m, n) = A (m, k) W^T + bias, W packed; bias (n) may be null. With `accumulate` C += instead.
  void (*gemm)(const float* a, int64_t lda, int64_t m, const float* packed, int64_t n, int64_t k,
               const float* bias, bool accumulate, float* c, int64_t ldc);

  // G (n, k) += Y^T X, for Y (m, n) and X (m, k): the gradient of a linear layer's weight.
  void (*gemm_outer)(const float* y, int64_t ldy, const float* x, int64_t ldx, int64_t m, int64_t n,
                     int64_t k, float* g, int64_t ldg);

  // g (n) += the column sums of Y (m, n).
  void (*column_sums)(const float* y, int64_t ldy, int64_t m, int64_t n, float* g);

  // y = x / rms(x) * gain, row by row; inverse_rms (m) is kept for the backward pass, may be null.
  void (*rms_norm)(const float* x, const float* gain, int64_t m, int64_t d, float epsilon, float* y,
                   float* inverse_rms);

  // dx (m, d) += and dgain (d) +=.
  void (*rms_norm_backward)(const float* dy, const float* x, const float* gain,
                            const float* inverse_rms, int64_t m, int64_t d, float* dx,
                            float* dgain);

  // Rotates `heads` consecutive heads of each row in place, halves against halves as Hugging Face
  // does. cos and sin: (positions, head_dim / 2), read at positions[row]. direction -1 undoes it.
  void (*rope)(float* x, int64_t row_stride, int64_t m, int64_t heads, int64_t head_dim,
               const int32_t* positions, const float* cos, const float* sin, float direction);

  // out (m, f) = silu(gate) * up, where gate_up (m, 2 f) holds gate in its left half.
  void (*swiglu)(const float* gate_up, int64_t m, int64_t f, float* out);

  // d_gate_up (m, 2 f) = the gradient of swiglu; may be gate_up itself.
  void (*swiglu_backward)(const float* d_out, const float* gate_up, int64_t m, int64_t f,
                          float* d_gate_up);

  // y = (x - mean) / sqrt(variance + epsilon) * gain + bias, row by row; y may be x.
  void (*layer_norm)(const float* x, const float* gain, const float* bias, int64_t m, int64_t d,
                     float epsilon, float* y);

  // y = f(x), number by number; y may be x.
  void (*activate)(Activation activation, const float* x, int64_t count, float* y);
};

// Functions for `isa`, which the processor must have.
const DenseKernels& dense_kernels(Isa isa = best_isa());

}  // namespace querl
