// The arguments of querl::_varlen_attention_out and its backward, which every device reads alike.
#pragma once

#include <ATen/core/Tensor.h>

#include "kernels/varlen_attention.h"

namespace querl {

// Checked. Queries are (n, heads * head_dim), keys and values (m, kv_heads * head_dim), rows
// contiguous; offsets live as long as this.
struct VarlenCall {
  VarlenCall(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
             const at::Tensor& of_queries, const at::Tensor& of_keys, int64_t head_dim,
             int64_t window, double scale);

  // Of the queries' (or the keys') type, shape and device, with contiguous rows.
  VarlenRows query_rows(const at::Tensor& tensor, const char* name) const;
  VarlenRows key_rows(const at::Tensor& tensor, const char* name) const;
  VarlenOutput query_output(const at::Tensor& tensor, const char* name) const;
  VarlenOutput key_output(const at::Tensor& tensor, const char* name) const;
  // float32 (heads, n), contiguous.
  void check_log_sums(const at::Tensor& log_sums) const;

  int64_t query_count() const { return q.size(0); }
  int64_t longest(const at::Tensor& offsets) const;

  at::Tensor q, k, v;
  at::Tensor query_offsets, key_offsets;  // int64 on the CPU
  FloatType type;
  VarlenShape shape;
};

// The same by operators of ATen, sequence by sequence, on any device: slow, and with scores of a
// whole sequence and of the heads that share a KV head. For what no kernel takes.
void plain_varlen_attention(const VarlenCall& call, const at::Tensor& out,
                            const at::Tensor& log_sums);
void plain_varlen_attention_backward(const VarlenCall& call, const at::Tensor& out,
                                     const at::Tensor& d_out, const at::Tensor& log_sums,
                                     const at::Tensor& d_q, const at::Tensor& d_k,
                                     const at::Tensor& d_v);

}  // namespace querl
