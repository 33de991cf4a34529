// The decoder's elementwise parts over rows of any storage type, on the CPU: computed in fp32 by
// the kernels of dense.h, row by row through the first-level cache.
//
// A row's result depends on that row alone; any number of threads gives the same bits.
#pragma once

#include <cstdint>

#include "kernels/float_type.h"
#include "kernels/parallel.h"

namespace querl {

struct RowShape {
  int64_t rows = 0;
  int64_t heads = 1;  // parts of a row that are treated alike
  int64_t size = 0;   // numbers of a part, contiguous
};

// Part h of row i is at data + i * stride + h * head_stride. Null data: not given, or not wanted.
template <class Pointer>
struct HeadRows {
  Pointer data = nullptr;
  FloatType type = FloatType::kFloat32;
  int64_t stride = 0, head_stride = 0;
};
using ConstHeadRows = HeadRows<const void*>;
using MutableHeadRows = HeadRows<void*>;

struct NormGain {
  const void* data = nullptr;  // (size)
  FloatType type = FloatType::kFloat32;
};

struct RmsNorm {
  RowShape shape;
  ConstHeadRows x, added;
  NormGain gain;
  float epsilon = 0.f;
  MutableHeadRows y, sum;
  float* inverse_rms = nullptr;  // (rows, heads)
};

// s = x + added, y = s / rms(s) * gain. s goes to `sum`, 1 / rms(s) to inverse_rms, for the
// gradient. y and sum may be x.
void rms_norm(const RmsNorm& job, Parallel& parallel);

struct RmsNormBackward {
  RowShape shape;
  ConstHeadRows d_y, x, added;
  NormGain gain;
  const float* inverse_rms = nullptr;
  MutableHeadRows d_x;
  float* d_gain = nullptr;  // (size), added to
  bool accumulates = false;
};

// d_x = the gradient by s, or += it; d_x may be d_y.
void rms_norm_backward(const RmsNormBackward& job, Parallel& parallel);

struct Rope {
  RowShape shape;
  MutableHeadRows x;                   // heads side by side: head_stride is the size
  const int32_t* positions = nullptr;  // (rows)
  const float* cos = nullptr;          // (positions, size / 2)
  const float* sin = nullptr;
  bool inverse = false;
};

// Rotates every head in place, halves against halves.
void rope(const Rope& job, Parallel& parallel);

struct Swiglu {
  int64_t rows = 0, size = 0;
  FloatType type = FloatType::kFloat32;  // of all
  const void* gate_up = nullptr;         // (rows, 2 size), gate in the left half
  void* out = nullptr;                   // (rows, size)
};

// out = silu(gate) * up
void swiglu(const Swiglu& job, Parallel& parallel);

// d_gate_up (rows, 2 size) from d_out (rows, size); it may be gate_up. Where job.out is given it
// becomes silu(gate) * up again, for the gradient of the weight behind it.
void swiglu_backward(const Swiglu& job, const void* d_out, void* d_gate_up, Parallel& parallel);

}  // namespace querl
