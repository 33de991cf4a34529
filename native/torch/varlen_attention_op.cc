// querl::varlen_attention: causal attention over packed sequences, with autograd; and the raw
// operators below it, which write into tensors that the caller keeps.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <cmath>
#include <string>

#include "base/errors.h"
#include "torch/logprobs_arguments.h"
#include "torch/packed_batch.h"
#include "torch/threads.h"
#include "torch/varlen_attention_call.h"

namespace querl {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

void attend(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
            const at::Tensor& query_offsets, const at::Tensor& key_offsets, int64_t head_dim,
            int64_t window, double scale, at::Tensor& out, at::Tensor& log_sums) {
  static const auto op =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_varlen_attention_out", "")
          .typed<void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                      const at::Tensor&, int64_t, int64_t, double, at::Tensor&, at::Tensor&)>();
  op.call(q, k, v, query_offsets, key_offsets, head_dim, window, scale, out, log_sums);
}

void attend_backward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     const at::Tensor& out, const at::Tensor& d_out, const at::Tensor& log_sums,
                     const at::Tensor& query_offsets, const at::Tensor& key_offsets,
                     int64_t head_dim, int64_t window, double scale, at::Tensor& d_q,
                     at::Tensor& d_k, at::Tensor& d_v) {
  static const auto op =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_varlen_attention_backward_out", "")
          .typed<void(const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                      const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
                      int64_t, int64_t, double, at::Tensor&, at::Tensor&, at::Tensor&)>();
  op.call(q, k, v, out, d_out, log_sums, query_offsets, key_offsets, head_dim, window, scale, d_q,
          d_k, d_v);
}

struct VarlenAttention : torch::autograd::Function<VarlenAttention> {
  // q (n, heads * head_dim), k, v (m, kv_heads * head_dim)
  static variable_list forward(AutogradContext* context, const at::Tensor& q, const at::Tensor& k,
                               const at::Tensor& v, const at::Tensor& query_offsets,
                               const at::Tensor& key_offsets, int64_t head_dim, int64_t window,
                               double scale) {
    const at::AutoDispatchBelowADInplaceOrView raw;
    at::Tensor out = at::empty(q.sizes(), q.options());
    at::Tensor log_sums =
        at::empty({q.size(1) / head_dim, q.size(0)}, q.options().dtype(at::kFloat));
    attend(q, k, v, query_offsets, key_offsets, head_dim, window, scale, out, log_sums);
    context->save_for_backward({q, k, v, out, log_sums, query_offsets, key_offsets});
    context->saved_data["head_dim"] = head_dim;
    context->saved_data["window"] = window;
    context->saved_data["scale"] = scale;
    context->mark_non_differentiable({log_sums});
    return {out, log_sums};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    refuse_second_derivative("varlen_attention");
    const at::AutoDispatchBelowADInplaceOrView raw;
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &q = saved[0], &k = saved[1], &v = saved[2], &out = saved[3];
    at::Tensor d_q = at::empty(q.sizes(), q.options()), d_k = at::empty(k.sizes(), k.options()),
               d_v = at::empty(v.sizes(), v.options());
    const at::Tensor d_out =
        gradients[0].defined() ? with_contiguous_rows(gradients[0]) : at::zeros_like(out);
    attend_backward(q, k, v, out, d_out, saved[4], saved[5], saved[6],
                    context->saved_data["head_dim"].toInt(), context->saved_data["window"].toInt(),
                    context->saved_data["scale"].toDouble(), d_q, d_k, d_v);
    const at::Tensor none;
    return {d_q, d_k, d_v, none, none, none, none, none};
  }
};

// (rows, heads, head_dim) as (rows, heads * head_dim), without a copy where strides allow.
at::Tensor flat_heads(const at::Tensor& tensor, const char* name, int64_t head_dim) {
  if (tensor.dim() != 3 || tensor.size(2) != head_dim)
    refuse(name, "of shape (T, heads, head_dim), head_dim as q's", shown(tensor.sizes()));
  return with_contiguous_rows(tensor.flatten(1));
}

std::tuple<at::Tensor, at::Tensor> varlen_attention_op(
    const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& query_offsets,
    const std::optional<at::Tensor>& key_offsets, std::optional<double> scale, int64_t window) {
  if (q.dim() != 3 || q.size(2) == 0)
    refuse("q", "of shape (T, heads, head_dim)", shown(q.sizes()));
  const int64_t head_dim = q.size(2);
  // On the CPU whatever the device: the shapes of what is launched depend on them.
  const at::Tensor queries = checked_offsets(query_offsets);
  const at::Tensor keys = key_offsets ? checked_offsets(*key_offsets) : queries;
  const variable_list results =
      VarlenAttention::apply(flat_heads(q, "q", head_dim), flat_heads(k, "k", head_dim),
                             flat_heads(v, "v", head_dim), queries, keys, head_dim, window,
                             scale.value_or(1. / std::sqrt(static_cast<double>(head_dim))));
  return {results[0].view(q.sizes()), results[1]};
}

void forward_cpu(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                 const at::Tensor& query_offsets, const at::Tensor& key_offsets, int64_t head_dim,
                 int64_t window, double scale, at::Tensor& out, at::Tensor& log_sums) {
  const VarlenCall call(q, k, v, query_offsets, key_offsets, head_dim, window, scale);
  call.check_log_sums(log_sums);
  LibtorchThreads threads;
  varlen_attention(call.shape, call.type, call.query_rows(q, "q"), call.key_rows(k, "k"),
                   call.key_rows(v, "v"), call.query_output(out, "out"),
                   log_sums.mutable_data_ptr<float>(), threads);
}

void backward_cpu(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                  const at::Tensor& out, const at::Tensor& d_out, const at::Tensor& log_sums,
                  const at::Tensor& query_offsets, const at::Tensor& key_offsets, int64_t head_dim,
                  int64_t window, double scale, at::Tensor& d_q, at::Tensor& d_k, at::Tensor& d_v) {
  const VarlenCall call(q, k, v, query_offsets, key_offsets, head_dim, window, scale);
  call.check_log_sums(log_sums);
  LibtorchThreads threads;
  varlen_attention_backward(call.shape, call.type, call.query_rows(q, "q"), call.key_rows(k, "k"),
                            call.key_rows(v, "v"), call.query_rows(out, "out"),
                            call.query_rows(d_out, "d_out"), log_sums.const_data_ptr<float>(),
                            call.query_output(d_q, "d_q"), call.key_output(d_k, "d_k"),
                            call.key_output(d_v, "d_v"), threads);
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // q (n, heads, head_dim), k and v (m, kv_heads, head_dim), of one floating type, any strides;
  // offsets (B + 1), of the keys as of the queries by default; log_sums float32 (heads, n), without
  // a gradient.
  m.def(
      "varlen_attention(Tensor q, Tensor k, Tensor v, Tensor query_offsets, "
      "Tensor? key_offsets=None, *, float? scale=None, int window=0) -> "
      "(Tensor out, Tensor log_sums)");
  // q, out (n, heads * head_dim), k, v (m, kv_heads * head_dim), rows contiguous and any number
  // apart; offsets int64 on the CPU.
  m.def(
      "_varlen_attention_out(Tensor q, Tensor k, Tensor v, Tensor query_offsets, "
      "Tensor key_offsets, int head_dim, int window, float scale, Tensor(a!) out, "
      "Tensor(b!) log_sums) -> ()");
  m.def(
      "_varlen_attention_backward_out(Tensor q, Tensor k, Tensor v, Tensor out, Tensor d_out, "
      "Tensor log_sums, Tensor query_offsets, Tensor key_offsets, int head_dim, int window, "
      "float scale, Tensor(a!) d_q, Tensor(b!) d_k, Tensor(c!) d_v) -> ()");
}

TORCH_LIBRARY_IMPL(querl, CPU, m) {
  m.impl("_varlen_attention_out", &forward_cpu);
  m.impl("_varlen_attention_backward_out", &backward_cpu);
}

TORCH_LIBRARY_IMPL(querl, CompositeImplicitAutograd, m) {
  m.impl("varlen_attention", &varlen_attention_op);
}

}  // namespace
}  // namespace querl
