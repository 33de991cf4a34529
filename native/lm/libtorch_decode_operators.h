// The operators of decoding by LibTorch's dispatcher, whatever the device of their tensors. Their
// schemas stand in native/torch/*_op.cc.
#pragma once

#include <ATen/core/Tensor.h>

#include "lm/libtorch_operators.h"

namespace querl::operators {

// Whose pages rows read and write.
struct PagedRows {
  at::Tensor table, sessions;
};

void store_kv(const at::Tensor& qkv, const at::Tensor& kv, const PagedRows& rows,
              const at::Tensor& positions, const at::Tensor& cos, const at::Tensor& sin,
              const Optional& q_norm, const Optional& k_norm, double epsilon);
void paged_attention(const at::Tensor& q, const at::Tensor& kv, const PagedRows& rows,
                     const at::Tensor& lengths, double scale, int64_t window, int64_t max_length,
                     const at::Tensor& out);
void draw_rows(const at::Tensor& logits, const at::Tensor& draws, const at::Tensor& bans,
               const at::Tensor& out);

}  // namespace querl::operators
