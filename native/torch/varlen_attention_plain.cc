#include <ATen/ATen.h>

#include <limits>

#include "torch/varlen_attention_call.h"

namespace querl {
namespace {

// The heads [first, first + count) of rows [begin, end), as fp32 (count, rows, head_dim).
at::Tensor heads_of(const at::Tensor& rows, int64_t begin, int64_t end, int64_t first,
                    int64_t count, int64_t head_dim) {
  return rows.slice(0, begin, end)
      .slice(1, first * head_dim, (first + count) * head_dim)
      .unflatten(1, {count, head_dim})
      .transpose(0, 1)
      .to(at::kFloat);
}

// The place of what heads_of() reads, as (count, rows, head_dim).
at::Tensor place_of(const at::Tensor& rows, int64_t begin, int64_t end, int64_t first,
                    int64_t count, int64_t head_dim) {
  return rows.slice(0, begin, end)
      .slice(1, first * head_dim, (first + count) * head_dim)
      .unflatten(1, {count, head_dim})
      .transpose(0, 1);
}

// Whether query i sees key j: (queries, keys).
at::Tensor sight(int64_t queries, int64_t keys, int64_t window, const at::Device& device) {
  const auto whole = at::TensorOptions().dtype(at::kLong).device(device);
  const at::Tensor position = at::arange(keys - queries, keys, whole).unsqueeze(1);
  const at::Tensor key = at::arange(keys, whole).unsqueeze(0);
  at::Tensor seen = key.le(position);
  if (window > 0) seen = seen.logical_and(key.gt(position - window));
  return seen;
}

// One sequence and the heads that share one KV head.
struct Group {
  Group(const VarlenCall& call, int64_t sequence, int64_t index)
      : count(call.shape.heads / call.shape.kv_heads),
        head(index * count),
        kv_head(index),
        size(call.shape.head_dim),
        query_begin(call.shape.query_offsets[sequence]),
        query_end(call.shape.query_offsets[sequence + 1]),
        key_begin(call.shape.key_offsets[sequence]),
        key_end(call.shape.key_offsets[sequence + 1]),
        q(heads_of(call.q, query_begin, query_end, head, count, size)),
        k(heads_of(call.k, key_begin, key_end, kv_head, 1, size)),
        v(heads_of(call.v, key_begin, key_end, kv_head, 1, size)) {}

  // (count, queries, keys)
  at::Tensor scores(const VarlenCall& call) const {
    const at::Tensor seen =
        sight(query_end - query_begin, key_end - key_begin, call.shape.window, q.device());
    return at::matmul(q, k.transpose(1, 2))
        .mul(call.shape.scale)
        .masked_fill(seen.logical_not(), -std::numeric_limits<float>::infinity());
  }

  at::Tensor of_queries(const at::Tensor& rows) const {
    return place_of(rows, query_begin, query_end, head, count, size);
  }
  at::Tensor of_keys(const at::Tensor& rows) const {
    return place_of(rows, key_begin, key_end, kv_head, 1, size);
  }
  at::Tensor of_log_sums(const at::Tensor& log_sums) const {
    return log_sums.slice(0, head, head + count).slice(1, query_begin, query_end);
  }

  int64_t count, head, kv_head, size, query_begin, query_end, key_begin, key_end;
  at::Tensor q, k, v;
};

template <class Work>
void for_groups(const VarlenCall& call, const Work& work) {
  for (int64_t sequence = 0; sequence < call.shape.sequences; ++sequence)
    for (int64_t head = 0; head < call.shape.kv_heads; ++head) work(Group(call, sequence, head));
}

}  // namespace

void plain_varlen_attention(const VarlenCall& call, const at::Tensor& out,
                            const at::Tensor& log_sums) {
  for_groups(call, [&](const Group& group) {
    if (group.query_begin == group.query_end) return;
    const at::Tensor scores = group.scores(call);
    const at::Tensor sums = scores.logsumexp(-1);
    group.of_log_sums(log_sums).copy_(sums);
    group.of_queries(out).copy_(at::matmul((scores - sums.unsqueeze(-1)).exp(), group.v));
  });
}

void plain_varlen_attention_backward(const VarlenCall& call, const at::Tensor& out,
                                     const at::Tensor& d_out, const at::Tensor& log_sums,
                                     const at::Tensor& d_q, const at::Tensor& d_k,
                                     const at::Tensor& d_v) {
  for_groups(call, [&](const Group& group) {
    if (group.query_begin == group.query_end) {
      group.of_keys(d_k).zero_();
      group.of_keys(d_v).zero_();
      return;
    }
    const at::Tensor slopes = group.of_queries(d_out).to(at::kFloat);
    const at::Tensor weights =
        (group.scores(call) - group.of_log_sums(log_sums).unsqueeze(-1)).exp();
    const at::Tensor means =
        slopes.mul(group.of_queries(out).to(at::kFloat)).sum(-1, /*keepdim=*/true);
    const at::Tensor changes =
        weights.mul(at::matmul(slopes, group.v.transpose(1, 2)) - means).mul(call.shape.scale);
    const auto of_group = [](const at::Tensor& each) { return each.sum(0, /*keepdim=*/true); };
    group.of_queries(d_q).copy_(at::matmul(changes, group.k));
    group.of_keys(d_k).copy_(of_group(at::matmul(changes.transpose(1, 2), group.q)));
    group.of_keys(d_v).copy_(of_group(at::matmul(weights.transpose(1, 2), slopes)));
  });
}

}  // namespace querl
