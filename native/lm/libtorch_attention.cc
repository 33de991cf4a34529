#include "lm/libtorch_attention.h"

#include <ATen/ops/index_select.h>

#include <cmath>

#include "lm/libtorch_operators.h"

namespace querl {
namespace {

double scale_of(const DecoderConfig& config) {
  return 1. / std::sqrt(static_cast<double>(config.head_dim));
}

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
  operators::varlen_attention(seen.q, seen.k, seen.v, pass.row_offsets, pass.key_offsets,
                              config_.head_dim, window, scale_of(config_), out, log_sums);
}

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
  operators::varlen_attention_backward(seen.q, seen.k, seen.v, out, d_out, log_sums,
                                       pass.row_offsets, pass.key_offsets, config_.head_dim, window,
                                       scale_of(config_), found.q, found.k, found.v);
  if (!has_prefixes) return;
  gather_prefixes(pass.rows, found.k, gradients.k);
  gather_prefixes(pass.rows, found.v, gradients.v);
}

}  // namespace querl
