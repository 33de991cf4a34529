// Attention of the training engine over the rows of a micro-batch: each run attends to itself and
// to its prefix.
#pragma once

#include <ATen/core/Tensor.h>

#include "lm/libtorch_buffers.h"
#include "lm/libtorch_pass.h"

namespace querl {

// Heads of rows as views: q (n, heads * head_dim), k and v (n, kv_heads * head_dim), rows of any
// stride. Their gradients have the same shapes.
struct HeadTensors {
  at::Tensor q, k, v;
};

class LibtorchAttention {
 public:
  explicit LibtorchAttention(const DecoderConfig& config) : config_(config) {}

  // out (n, heads * head_dim) and log_sums, float32 (heads, n), which the gradient needs.
  void forward(const LibtorchPass& pass, const HeadTensors& heads, int64_t window,
               const at::Tensor& out, const at::Tensor& log_sums);

  // Overwrites `gradients`.
  void backward(const LibtorchPass& pass, const HeadTensors& heads, int64_t window,
                const at::Tensor& out, const at::Tensor& log_sums, const at::Tensor& d_out,
                const HeadTensors& gradients);

  int64_t bytes() const {
    return keys_.bytes() + values_.bytes() + d_keys_.bytes() + d_values_.bytes();
  }

 private:
  HeadTensors with_prefixes(const LibtorchPass& pass, const HeadTensors& heads);

  const DecoderConfig& config_;
  Slot keys_, values_, d_keys_, d_values_;  // of runs with a prefix
};

}  // namespace querl
