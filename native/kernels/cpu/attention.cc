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

// Some queries, and the keys that they are multiplied with: those before `start`, which begins a
// panel, are behind the window of all of them.
struct Tile {
  int64_t first, count, start, end;

  int64_t keys() const { return end - start; }
};

template <class Work>
void for_tiles(const AttentionRows& rows, const Work& work) {
  for (int64_t first = 0; first < rows.queries; first += kQueryTile) {
    const int64_t count = std::min(kQueryTile, rows.queries - first);
    const int64_t hidden = rows.window == 0 ? 0 : rows.limits[first] - rows.window;
    work(Tile{first, count, std::max<int64_t>(hidden, 0) / kPanel * kPanel,
              int64_t{rows.limits[first + count - 1]}});
  }
}

// A query's keys within its tile: [begin, end).
struct Seen {
  Seen(const AttentionRows& rows, const Tile& tile, int64_t query)
      : end(rows.limits[tile.first + query] - static_cast<int32_t>(tile.start)),
        begin(std::max<int64_t>(0, end - rows.window)) {}

  int32_t size() const { return end - static_cast<int32_t>(begin); }

  int32_t end;
  int64_t begin;
};

// C (count, head_dim) = weights (count, keys of the tile) times the packed (head_dim, keys) matrix:
// panel by panel, for gemm() takes the matrix to be as deep as the tile.
void combine(const DenseKernels& dense, const Scratch& room, const float* weights, const Tile& tile,
             int64_t keys, int64_t head_dim, float* c, int64_t ldc) {
  for (int64_t column = 0; column < head_dim; column += kPanel)
    dense.gemm(weights, room.stride, tile.count, room.turned + column * keys + tile.start * kPanel,
               std::min(kPanel, head_dim - column), tile.keys(), nullptr, false, c + column, ldc);
}

int64_t keys_of(const AttentionRows& rows) {
  return rows.queries == 0 ? 0 : rows.limits[rows.queries - 1];
}

float scale_of(const AttentionRows& rows) {
  return 1.f / std::sqrt(static_cast<float>(rows.head_dim));
}

// Scores to probabilities, 0 for keys that a query does not see. With a window every row has bounds
// of its own.
void softmax_tile(const AttentionRows& rows, const Tile& tile, const Scratch& room,
                  float* log_sums) {
  const SoftmaxKernels& softmax = softmax_kernels();
  if (rows.window == 0) {
    softmax.causal(room.scores, room.stride, tile.count, rows.limits + tile.first, tile.end,
                   scale_of(rows), log_sums);
    return;
  }
  for (int64_t i = 0; i < tile.count; ++i) {
    const Seen seen(rows, tile, i);
    float* scores = room.scores + i * room.stride;
    const int32_t size = seen.size();
    std::fill_n(scores, seen.begin, 0.f);
    softmax.causal(scores + seen.begin, room.stride, 1, &size, tile.keys() - seen.begin,
                   scale_of(rows), log_sums + i);
  }
}

// The same for causal_slopes().
void slopes_tile(const AttentionRows& rows, const Tile& tile, const Scratch& room,
                 const float* log_sums) {
  const SoftmaxKernels& softmax = softmax_kernels();
  if (rows.window == 0) {
    softmax.causal_slopes(room.scores, room.slopes, room.stride, tile.count,
                          rows.limits + tile.first, tile.end, scale_of(rows), log_sums);
    return;
  }
  for (int64_t i = 0; i < tile.count; ++i) {
    const Seen seen(rows, tile, i);
    float* scores = room.scores + i * room.stride;
    float* slopes = room.slopes + i * room.stride;
    const int32_t size = seen.size();
    std::fill_n(scores, seen.begin, 0.f);
    std::fill_n(slopes, seen.begin, 0.f);
    softmax.causal_slopes(scores + seen.begin, slopes + seen.begin, room.stride, 1, &size,
                          tile.keys() - seen.begin, scale_of(rows), log_sums + i);
  }
}

}  // namespace

int64_t attention_scratch(int64_t keys, int64_t head_dim) {
  return 2 * packed_size(keys, head_dim) + packed_size(head_dim, keys) +
         2 * kQueryTile * rounded(keys);
}

void causal_attention(const AttentionRows& rows, float* out, float* log_sums, float* scratch) {
  const DenseKernels& dense = dense_kernels();
  const int64_t size = rows.head_dim, keys = keys_of(rows), group = rows.heads / rows.kv_heads;
  const Scratch room(scratch, keys, size);
  for (int64_t head = 0; head < rows.heads; ++head) {
    if (head % group == 0) {
      const int64_t kv = head / group * size;
      dense.pack(rows.k + kv, keys, size, rows.kv_stride, 1, room.k);
      dense.pack(rows.v + kv, size, keys, 1, rows.kv_stride, room.turned);
    }
    for_tiles(rows, [&](const Tile& tile) {
      const float* q = rows.q + tile.first * rows.q_stride + head * size;
      dense.gemm(q, rows.q_stride, tile.count, room.k + tile.start * size, tile.keys(), size,
                 nullptr, false, room.scores, room.stride);
      softmax_tile(rows, tile, room, log_sums + head * rows.queries + tile.first);
      combine(dense, room, room.scores, tile, keys, size,
              out + tile.first * rows.heads * size + head * size, rows.heads * size);
    });
  }
}

void causal_attention_backward(const AttentionRows& rows, const float* d_out, const float* log_sums,
                               float* d_q, int64_t d_q_stride, float* d_k, float* d_v,
                               int64_t d_kv_stride, float* scratch) {
  const DenseKernels& dense = dense_kernels();
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
    for_tiles(rows, [&](const Tile& tile) {
      const float* q = rows.q + tile.first * rows.q_stride + head * size;
      const float* slope = d_out + tile.first * width + head * size;
      const int64_t from = tile.start * d_kv_stride + kv;
      dense.gemm(q, rows.q_stride, tile.count, room.k + tile.start * size, tile.keys(), size,
                 nullptr, false, room.scores, room.stride);
      dense.gemm(slope, width, tile.count, room.v + tile.start * size, tile.keys(), size, nullptr,
                 false, room.slopes, room.stride);
      slopes_tile(rows, tile, room, log_sums + head * rows.queries + tile.first);
      dense.gemm_outer(room.scores, room.stride, slope, width, tile.count, tile.keys(), size,
                       d_v + from, d_kv_stride);
      dense.gemm_outer(room.slopes, room.stride, q, rows.q_stride, tile.count, tile.keys(), size,
                       d_k + from, d_kv_stride);
      combine(dense, room, room.slopes, tile, keys, size,
              d_q + tile.first * d_q_stride + head * size, d_q_stride);
    });
  }
}

}  // namespace querl
