#include "kernels/attention.h"

#include <algorithm>
#include <cmath>

#include "kernels/dense.h"
#include "kernels/softmax.h"

namespace querl {
namespace {

// Whole register tiles of rows (12 with AVX-512, 6 else). More would compute more scores above the
// diagonal, fewer would read the packed keys more often.
constexpr int64_t kQueryTile = 24;

int64_t rounded(int64_t keys) { return (keys + kPanel - 1) / kPanel * kPanel; }

// The scratch, cut up.
struct Scratch {
  Scratch(float* from, int64_t keys, int64_t head_dim)
      : stride(rounded(keys)),
        k(from),
        v(k + packed_size(keys, head_dim)),
        turned(v + packed_size(keys, head_dim)),
        scores(turned + packed_size(head_dim, keys)),
        slopes(scores + kQueryTile * stride) {}

  int64_t stride;  // of scores and slopes
  float* k;        // packed with a key for a column
  float* v;
  float* turned;  // packed with a coordinate for a column: the values, or in the backward pass the
                  // keys
  float* scores;
  float* slopes;
};

// Calls work(first query, queries, keys that the last of them sees).
template <class Work>
void for_tiles(const AttentionRows& rows, const Work& work) {
  for (int64_t first = 0; first < rows.queries; first += kQueryTile) {
    const int64_t count = std::min(kQueryTile, rows.queries - first);
    work(first, count, int64_t{rows.limits[first + count - 1]});
  }
}

// C (count, head_dim) = weights (count, seen) times the packed (head_dim, keys) matrix, of whose
// keys the first `seen` are used: panel by panel, for gemm() takes the matrix to be `seen` deep.
void combine(const DenseKernels& dense, const Scratch& room, const float* weights, int64_t count,
             int64_t seen, int64_t keys, int64_t head_dim, float* c, int64_t ldc) {
  for (int64_t column = 0; column < head_dim; column += kPanel)
    dense.gemm(weights, room.stride, count, room.turned + column * keys,
               std::min(kPanel, head_dim - column), seen, nullptr, false, c + column, ldc);
}

int64_t keys_of(const AttentionRows& rows) {
  return rows.queries == 0 ? 0 : rows.limits[rows.queries - 1];
}

float scale_of(const AttentionRows& rows) {
  return 1.f / std::sqrt(static_cast<float>(rows.head_dim));
}

}  // namespace

int64_t attention_scratch(int64_t keys, int64_t head_dim) {
  return 2 * packed_size(keys, head_dim) + packed_size(head_dim, keys) +
         2 * kQueryTile * rounded(keys);
}

void causal_attention(const AttentionRows& rows, float* out, float* log_sums, float* scratch) {
  const DenseKernels& dense = dense_kernels();
  const SoftmaxKernels& softmax = softmax_kernels();
  const int64_t size = rows.head_dim, keys = keys_of(rows), group = rows.heads / rows.kv_heads;
  const Scratch room(scratch, keys, size);
  for (int64_t head = 0; head < rows.heads; ++head) {
    if (head % group == 0) {
      const int64_t kv = head / group * size;
      dense.pack(rows.k + kv, keys, size, rows.kv_stride, 1, room.k);
      dense.pack(rows.v + kv, size, keys, 1, rows.kv_stride, room.turned);
    }
    for_tiles(rows, [&](int64_t first, int64_t count, int64_t seen) {
      const float* q = rows.q + first * rows.q_stride + head * size;
      dense.gemm(q, rows.q_stride, count, room.k, seen, size, nullptr, false, room.scores,
                 room.stride);
      softmax.causal(room.scores, room.stride, count, rows.limits + first, seen, scale_of(rows),
                     log_sums + head * rows.queries + first);
      combine(dense, room, room.scores, count, seen, keys, size,
              out + first * rows.heads * size + head * size, rows.heads * size);
    });
  }
}

void causal_attention_backward(const AttentionRows& rows, const float* d_out, const float* log_sums,
                               float* d_q, int64_t d_q_stride, float* d_k, float* d_v,
                               int64_t d_kv_stride, float* scratch) {
  const DenseKernels& dense = dense_kernels();
  const SoftmaxKernels& softmax = softmax_kernels();
  const int64_t size = rows.head_dim, keys = keys_of(rows), group = rows.heads / rows.kv_heads;
  const int64_t width = rows.heads * size;
  const Scratch room(scratch, keys, size);
  for (int64_t head = 0; head < rows.heads; ++head) {
    const int64_t kv = head / group * size;
    if (head % group == 0) {
      dense.pack(rows.k + kv, keys, size, rows.kv_stride, 1, room.k);
      dense.pack(rows.v + kv, keys, size, rows.kv_stride, 1, room.v);
      dense.pack(rows.k + kv, size, keys, 1, rows.kv_stride, room.turned);
    }
    for_tiles(rows, [&](int64_t first, int64_t count, int64_t seen) {
      const float* q = rows.q + first * rows.q_stride + head * size;
      const float* slope = d_out + first * width + head * size;
      dense.gemm(q, rows.q_stride, count, room.k, seen, size, nullptr, false, room.scores,
                 room.stride);
      dense.gemm(slope, width, count, room.v, seen, size, nullptr, false, room.slopes, room.stride);
      softmax.causal_slopes(room.scores, room.slopes, room.stride, count, rows.limits + first, seen,
                            scale_of(rows), log_sums + head * rows.queries + first);
      dense.gemm_outer(room.scores, room.stride, slope, width, count, seen, size, d_v + kv,
                       d_kv_stride);
      dense.gemm_outer(room.slopes, room.stride, q, rows.q_stride, count, seen, size, d_k + kv,
                       d_kv_stride);
      combine(dense, room, room.slopes, count, seen, keys, size,
              d_q + first * d_q_stride + head * size, d_q_stride);
    });
  }
}

}  // namespace querl
