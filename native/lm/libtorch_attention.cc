#include "lm/libtorch_attention.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <cmath>

namespace querl {
namespace {

float scale_of(const DecoderConfig& config) {
  return 1.f / std::sqrt(static_cast<float>(config.head_dim));
}

// Scores of a whole run at once, in fp32.
struct Naive {
  at::Tensor q, k, v, p;
};
Naive naive(const HeadTensors& h, const LibtorchPass& pass, int64_t run, const DecoderConfig& c,
            int64_t window) {
  const auto i = static_cast<size_t>(run);
  const int64_t q0 = pass.rows.row_offsets[i], q1 = pass.rows.row_offsets[i + 1];
  const int64_t k0 = pass.rows.key_offsets[i], k1 = pass.rows.key_offsets[i + 1];
  const int64_t group = c.heads / c.kv_heads;
  Naive n;
  n.q = h.q.narrow(0, q0, q1 - q0)
            .to(at::kFloat)
            .reshape({q1 - q0, c.heads, c.head_dim})
            .transpose(0, 1);
  const auto kv = [&](const at::Tensor& t) {
    return t.narrow(0, k0, k1 - k0)
        .to(at::kFloat)
        .reshape({k1 - k0, c.kv_heads, c.head_dim})
        .repeat_interleave(group, 1)
        .transpose(0, 1);
  };
  n.k = kv(h.k);
  n.v = kv(h.v);
  at::Tensor s = at::matmul(n.q, n.k.transpose(1, 2)) * scale_of(c);
  const at::Tensor qi = at::arange(q1 - q0).unsqueeze(1) + (k1 - k0 - (q1 - q0)),
                   ki = at::arange(k1 - k0).unsqueeze(0);
  at::Tensor hidden = ki > qi;
  if (window > 0) hidden = hidden | (ki <= qi - window);
  s.masked_fill_(hidden, -INFINITY);
  n.p = at::softmax(s, -1);
  return n;
}

}  // namespace

// Keys and values as the runs see them: those of the prefix before their own.
HeadTensors LibtorchAttention::with_prefixes(const LibtorchPass& pass, const HeadTensors& heads) {
  if (!pass.key_rows.defined()) return heads;
  const std::vector<int64_t> shape{pass.rows.keys(), config_.kv_size()};
  const auto gathered = [&](Slot& slot, const at::Tensor& from) {
    at::Tensor to = slot.of(shape, from.scalar_type(), from.device());
    at::index_select_out(to, from, 0, pass.key_rows);
    return to;
  };
  return {heads.q, gathered(keys_, heads.k), gathered(values_, heads.v)};
}

void LibtorchAttention::forward(const LibtorchPass& pass, const HeadTensors& heads, int64_t window,
                                const at::Tensor& out, const at::Tensor& log_sums) {
  const HeadTensors seen = with_prefixes(pass, heads);
  (void)log_sums;
  for (int64_t run = 0; run < pass.rows.runs(); ++run) {
    const Naive n = naive(seen, pass, run, config_, window);
    const auto i = static_cast<size_t>(run);
    const int64_t q0 = pass.rows.row_offsets[i], q1 = pass.rows.row_offsets[i + 1];
    out.narrow(0, q0, q1 - q0)
        .copy_(at::matmul(n.p, n.v).transpose(0, 1).reshape({q1 - q0, config_.q_size()}));
  }
}

namespace {

// What runs found for the keys of a prefix, summed in fp32 and in their order.
void gather_prefixes(const PackedRows& rows, const at::Tensor& seen, const at::Tensor& own) {
  at::Tensor sum;  // of the prefix in work
  int64_t sum_first = 0;
  const auto store = [&] {
    if (sum.defined()) own.narrow(0, sum_first, sum.size(0)).copy_(sum);
    sum.reset();
  };
  for (int64_t run = 0; run < rows.runs(); ++run) {
    const auto i = static_cast<size_t>(run);
    const int64_t first = rows.row_offsets[i], count = rows.row_offsets[i + 1] - first;
    const int64_t prefix = rows.prefix_rows(run), key = rows.key_offsets[i];
    own.narrow(0, first, count).copy_(seen.narrow(0, key + prefix, count));
    if (prefix == 0) {
      store();
      continue;
    }
    if (!sum.defined()) {
      sum_first = rows.prefix_first[i];
      sum = own.narrow(0, sum_first, prefix).to(at::kFloat);
      if (own.scalar_type() == at::kFloat) sum = sum.clone();
    }
    sum.add_(seen.narrow(0, key, prefix));
  }
  store();
}

}  // namespace

void LibtorchAttention::backward(const LibtorchPass& pass, const HeadTensors& heads, int64_t window,
                                 const at::Tensor& out, const at::Tensor& log_sums,
                                 const at::Tensor& d_out, const HeadTensors& gradients) {
  const HeadTensors seen = with_prefixes(pass, heads);
  const bool has_prefixes = pass.key_rows.defined();
  HeadTensors found = gradients;
  if (has_prefixes) {
    found.k = d_keys_.like(seen.k);
    found.v = d_values_.like(seen.v);
  }
  (void)log_sums;
  (void)out;
  for (int64_t run = 0; run < pass.rows.runs(); ++run) {
    const Naive n = naive(seen, pass, run, config_, window);
    const auto i = static_cast<size_t>(run);
    const int64_t q0 = pass.rows.row_offsets[i], q1 = pass.rows.row_offsets[i + 1];
    const int64_t k0 = pass.rows.key_offsets[i], k1 = pass.rows.key_offsets[i + 1];
    const DecoderConfig& c = config_;
    const at::Tensor d = d_out.narrow(0, q0, q1 - q0)
                             .to(at::kFloat)
                             .reshape({q1 - q0, c.heads, c.head_dim})
                             .transpose(0, 1);
    const at::Tensor dv = at::matmul(n.p.transpose(1, 2), d);
    const at::Tensor dp = at::matmul(d, n.v.transpose(1, 2));
    const at::Tensor ds = n.p * (dp - (dp * n.p).sum(-1, true)) * scale_of(c);
    const at::Tensor dq = at::matmul(ds, n.k), dk = at::matmul(ds.transpose(1, 2), n.q);
    found.q.narrow(0, q0, q1 - q0).copy_(dq.transpose(0, 1).reshape({q1 - q0, c.q_size()}));
    const auto fold = [&](const at::Tensor& t) {
      return t.view({c.kv_heads, c.heads / c.kv_heads, k1 - k0, c.head_dim})
          .sum(1)
          .transpose(0, 1)
          .reshape({k1 - k0, c.kv_size()});
    };
    found.k.narrow(0, k0, k1 - k0).copy_(fold(dk));
    found.v.narrow(0, k0, k1 - k0).copy_(fold(dv));
  }
  if (!has_prefixes) return;
  gather_prefixes(pass.rows, found.k, gradients.k);
  gather_prefixes(pass.rows, found.v, gradients.v);
}

}  // namespace querl
