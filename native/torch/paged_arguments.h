// The tensors of querl::store_kv_ and querl::paged_attention as the kernels' structs, checked. Ids
// of pages and sessions are not looked at: on a device that would wait for it.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "kernels/paged_attention.h"

namespace querl {

struct StoreKvTensors {
  const at::Tensor& qkv;        // (n, (heads + 2 kv_heads) head_dim), rows contiguous
  const at::Tensor& kv;         // (pages, 2, kv_heads, 32 head_dim), pages contiguous
  const at::Tensor& table;      // (sessions, pages) int32
  const at::Tensor& sessions;   // (n) int32
  const at::Tensor& positions;  // (n) int32
  const at::Tensor& cos;        // (P, head_dim / 2) float32
  const at::Tensor& sin;
  const std::optional<at::Tensor>& q_norm;  // (head_dim)
  const std::optional<at::Tensor>& k_norm;
  double epsilon;
};

StoreKv store_kv_job(const StoreKvTensors& tensors);

struct PagedAttentionTensors {
  const at::Tensor& q;         // (n, heads head_dim), rows contiguous
  const at::Tensor& kv;        // as above
  const at::Tensor& table;     // as above
  const at::Tensor& sessions;  // (n) int32
  const at::Tensor& lengths;   // (n) int32
  double scale;
  int64_t window, max_length;
  const at::Tensor& out;  // (n, heads head_dim), contiguous
};

PagedAttention paged_attention_job(const PagedAttentionTensors& tensors);

}  // namespace querl
