// The operators that the training engine is made of, by LibTorch's dispatcher: whatever the device
// of their tensors. Their schemas stand in native/torch/*_op.cc.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <tuple>

namespace querl::operators {

using Optional = std::optional<at::Tensor>;

// The tensor, or nothing where it is undefined.
inline Optional if_defined(const at::Tensor& tensor) {
  return tensor.defined() ? Optional(tensor) : std::nullopt;
}

void rms_norm(const at::Tensor& x, const Optional& added, const at::Tensor& gain, double epsilon,
              const at::Tensor& y, const Optional& sum, const Optional& inverse_rms);
void rms_norm_backward(const at::Tensor& d_y, const at::Tensor& x, const Optional& added,
                       const at::Tensor& gain, const at::Tensor& inverse_rms, const at::Tensor& d_x,
                       const Optional& d_gain, bool accumulates);
void rope(const at::Tensor& x, const at::Tensor& positions, const at::Tensor& cos,
          const at::Tensor& sin, bool inverse);
void swiglu(const at::Tensor& gate_up, const at::Tensor& out);
void swiglu_backward(const at::Tensor& d_out, const at::Tensor& gate_up,
                     const at::Tensor& d_gate_up, const Optional& out);

void varlen_attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                      const at::Tensor& query_offsets, const at::Tensor& key_offsets,
                      int64_t head_dim, int64_t window, double scale, const at::Tensor& out,
                      const at::Tensor& log_sums);
void varlen_attention_backward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const at::Tensor& out, const at::Tensor& d_out,
                               const at::Tensor& log_sums, const at::Tensor& query_offsets,
                               const at::Tensor& key_offsets, int64_t head_dim, int64_t window,
                               double scale, const at::Tensor& d_q, const at::Tensor& d_k,
                               const at::Tensor& d_v);

// logprobs, entropies, maxima, log_sums, each float32 (T).
using Scores = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor>;
Scores linear_logprobs(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
                       double temperature);
void linear_logprobs_backward_into(const at::Tensor& hidden, const at::Tensor& head,
                                   const at::Tensor& targets, const Scores& scores,
                                   const Optional& d_logprobs, const Optional& d_entropies,
                                   double temperature, const Optional& d_hidden,
                                   const Optional& d_head);
Scores logits_logprobs(const at::Tensor& logits, const at::Tensor& targets, double temperature);
// The logits become their gradients.
void logits_logprobs_backward(const at::Tensor& logits, const at::Tensor& targets,
                              const Scores& scores, const Optional& d_logprobs,
                              const Optional& d_entropies, double temperature);

}  // namespace querl::operators
