#include "kernels/cuda/logits_logprobs.cuh"

#include <cuda_runtime.h>

#include "kernels/cuda/float_rows.cuh"

namespace querl {
namespace {

constexpr int kLanes = 32;
constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kLanes;
// Vectors that a thread has in flight: 8 blocks of 256 threads with 64 bytes each are 128 KiB a
// multiprocessor, several times what the latency of device memory asks for.
constexpr int kBatch = 4;

__device__ inline SoftmaxPiece from_lane(const SoftmaxPiece& piece, int width) {
  return {__shfl_xor_sync(~0u, piece.max, width), __shfl_xor_sync(~0u, piece.sum, width),
          __shfl_xor_sync(~0u, piece.weighted, width), __shfl_xor_sync(~0u, piece.target, width)};
}

// Adds `count` logits to what a thread has: its share of vectors in batches, then of the rest.
template <class Element>
__device__ SoftmaxPiece thread_piece(const Element* row, int64_t count, float scale) {
  SoftmaxPiece piece;
  const VectorSpan span = VectorSpan::of(row, count);
  for (int64_t v = threadIdx.x; v < span.vectors; v += kBatch * kThreads) {
    float x[kBatch][kVector];
#pragma unroll
    for (int b = 0; b < kBatch; ++b) {
      if (v + b * kThreads < span.vectors) {
        load_vector(row + span.lead + (v + b * kThreads) * kVector, x[b]);
      } else {
#pragma unroll
        for (int i = 0; i < kVector; ++i) x[b][i] = -INFINITY;
      }
    }
    float largest = x[0][0];
#pragma unroll
    for (int b = 0; b < kBatch; ++b)
#pragma unroll
      for (int i = 0; i < kVector; ++i) largest = fmaxf(largest, x[b][i]);
    raise(piece, largest * scale);
#pragma unroll
    for (int b = 0; b < kBatch; ++b)
#pragma unroll
      for (int i = 0; i < kVector; ++i) add_logit(piece, x[b][i], scale);
  }
  const auto add_single = [&](int64_t i) {
    const float x = widened(row[i]);
    raise(piece, x * scale);
    add_logit(piece, x, scale);
  };
  for (int64_t i = threadIdx.x; i < span.lead; i += kThreads) add_single(i);
  for (int64_t i = span.tail() + threadIdx.x; i < count; i += kThreads) add_single(i);
  return piece;
}

// What a block works on: neighbours in a row come one after the other.
struct Place {
  int64_t token;
  int64_t piece;
  int64_t begin;  // its first column, of those of the chunk
  int64_t count;

  __device__ explicit Place(int64_t columns) {
    const auto pieces = static_cast<unsigned>(softmax_pieces(columns));
    token = blockIdx.x / pieces;
    piece = blockIdx.x % pieces;
    begin = piece * kSoftmaxColumns;
    count = columns - begin < kSoftmaxColumns ? columns - begin : kSoftmaxColumns;
  }
};

// One block for each piece of each token's row. Writes pieces (softmax_pieces(columns), T).
template <class Element>
__global__ void __launch_bounds__(kThreads)
    row_pieces(const Element* logits, int64_t stride, int64_t tokens, int64_t first,
               int64_t columns, const int64_t* targets, float scale, SoftmaxPiece* pieces) {
  const Place place(columns);
  const int64_t target = targets[place.token];
  if (target < 0) return;  // the whole block: no barrier is missed
  const int64_t count = place.count;
  const Element* row = logits + place.token * stride + place.begin;

  SoftmaxPiece piece = thread_piece(row, count, scale);
  for (int width = kLanes / 2; width > 0; width /= 2) piece = merge(piece, from_lane(piece, width));
  __shared__ SoftmaxPiece of_warps[kWarps];
  if (threadIdx.x % kLanes == 0) of_warps[threadIdx.x / kLanes] = piece;
  __syncthreads();  // written once and read once, so no second barrier
  if (threadIdx.x != 0) return;
  for (int warp = 1; warp < kWarps; ++warp) piece = merge(piece, of_warps[warp]);
  const int64_t at = target - first - place.begin;
  if (at >= 0 && at < count) piece.target = widened(row[at]);
  pieces[place.piece * tokens + place.token] = piece;
}

// One thread for each token.
__global__ void __launch_bounds__(kThreads)
    token_scores(const SoftmaxPiece* pieces, int64_t count, int64_t tokens, int64_t vocab,
                 const int64_t* targets, float scale, TokenScores scores) {
  const int64_t token = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (token >= tokens) return;
  const int64_t target = targets[token];
  SoftmaxPiece row;
  TokenScore score{0.f, 0.f, 0.f};
  row.max = 0.f;
  if (target >= 0) {
    row = pieces[token];
    for (int64_t i = 1; i < count; ++i) row = merge(row, pieces[i * tokens + token]);
    score = score_of(row, scale);
    if (target >= vocab) score.logprob = NAN;
  }
  scores.logprobs[token] = score.logprob;
  scores.entropies[token] = score.entropy;
  scores.maxima[token] = row.max;
  scores.log_sums[token] = score.log_sum;
}

// One block for each piece of each token's row. `to` may be `from`: a thread reads its elements
// before it writes them, and no other thread touches them.
template <class From, class To>
__global__ void __launch_bounds__(kThreads)
    row_slopes(const From* from, int64_t from_stride, To* to, int64_t to_stride, int64_t first,
               int64_t columns, const int64_t* targets, float scale, TokenSlopes known) {
  const Place place(columns);
  const int64_t token = place.token, count = place.count;
  const From* x = from + token * from_stride + place.begin;
  To* out = to + token * to_stride + place.begin;

  const int64_t target = targets[token];
  const float d_logprob = known.d_logprobs != nullptr ? known.d_logprobs[token] : 0.f;
  const float d_entropy = known.d_entropies != nullptr ? known.d_entropies[token] : 0.f;
  const bool is_still = target < 0 || (d_logprob == 0.f && d_entropy == 0.f);
  const LogitSlopes slopes(scale, known.maxima[token], known.log_sums[token],
                           known.entropies[token], d_logprob, d_entropy);
  const int64_t at =
      target - first - place.begin;  // outside of [0, count) where another block has it

  // Vectors need both addresses to be aligned at the same element.
  VectorSpan span = VectorSpan::of(out, count);
  if (reinterpret_cast<uintptr_t>(x + span.lead) % kVectorBytes != 0) span = {count, 0};
  for (int64_t v = threadIdx.x; v < span.vectors; v += kThreads) {
    const int64_t start = span.lead + v * kVector;
    float lanes[kVector] = {};
    if (!is_still) {
      load_vector(x + start, lanes);
#pragma unroll
      for (int i = 0; i < kVector; ++i) {
        lanes[i] = slopes.slope_at(lanes[i]);
        if (start + i == at) lanes[i] += slopes.target;
      }
    }
    store_vector(lanes, out + start);
  }
  const auto write_single = [&](int64_t i) {
    float slope = 0.f;
    if (!is_still) slope = slopes.slope_at(widened(x[i])) + (i == at ? slopes.target : 0.f);
    narrow(slope, out[i]);
  };
  for (int64_t i = threadIdx.x; i < span.lead; i += kThreads) write_single(i);
  for (int64_t i = span.tail() + threadIdx.x; i < count; i += kThreads) write_single(i);
}

unsigned blocks_of(const LogitsChunk& chunk) {
  return static_cast<unsigned>(chunk.tokens * softmax_pieces(chunk.columns));
}

template <class Element>
void launch_pieces(const LogitsChunk& chunk, const int64_t* targets, float temperature,
                   SoftmaxPiece* pieces, cudaStream_t stream) {
  row_pieces<Element><<<blocks_of(chunk), kThreads, 0, stream>>>(
      static_cast<const Element*>(chunk.logits.data), chunk.logits.stride, chunk.tokens,
      chunk.first, chunk.columns, targets, 1.f / temperature, pieces);
}

template <class From, class To>
void launch_slopes(const LogitsChunk& chunk, const int64_t* targets, float temperature,
                   const TokenSlopes& slopes, const Rows& out, cudaStream_t stream) {
  row_slopes<From, To><<<blocks_of(chunk), kThreads, 0, stream>>>(
      static_cast<const From*>(chunk.logits.data), chunk.logits.stride, static_cast<To*>(out.data),
      out.stride, chunk.first, chunk.columns, targets, 1.f / temperature, slopes);
}

}  // namespace

cudaError_t softmax_pieces_cuda(const LogitsChunk& chunk, const int64_t* targets, float temperature,
                                SoftmaxPiece* pieces, cudaStream_t stream) {
  if (blocks_of(chunk) == 0) return cudaSuccess;
  const bool floats = chunk.logits.type == FloatType::kFloat32;
  const auto start = floats ? launch_pieces<float> : launch_pieces<Bfloat16>;
  start(chunk, targets, temperature, pieces, stream);
  return cudaGetLastError();
}

cudaError_t token_scores_cuda(const SoftmaxPiece* pieces, int64_t count, int64_t tokens,
                              int64_t vocab, const int64_t* targets, float temperature,
                              const TokenScores& scores, cudaStream_t stream) {
  if (tokens == 0) return cudaSuccess;
  const auto blocks = static_cast<unsigned>((tokens + kThreads - 1) / kThreads);
  token_scores<<<blocks, kThreads, 0, stream>>>(pieces, count, tokens, vocab, targets,
                                                1.f / temperature, scores);
  return cudaGetLastError();
}

cudaError_t logit_slopes_cuda(const LogitsChunk& chunk, const int64_t* targets, float temperature,
                              const TokenSlopes& slopes, const Rows& d_logits,
                              cudaStream_t stream) {
  if (blocks_of(chunk) == 0) return cudaSuccess;
  const bool from_floats = chunk.logits.type == FloatType::kFloat32;
  const bool to_floats = d_logits.type == FloatType::kFloat32;
  const auto start =
      from_floats
          ? (to_floats ? launch_slopes<float, float> : launch_slopes<float, Bfloat16>)
          : (to_floats ? launch_slopes<Bfloat16, float> : launch_slopes<Bfloat16, Bfloat16>);
  start(chunk, targets, temperature, slopes, d_logits, stream);
  return cudaGetLastError();
}

size_t logits_logprobs_workspace_bytes(const LogitsShape& shape) {
  return static_cast<size_t>(softmax_pieces(shape.vocab) * shape.tokens) * sizeof(SoftmaxPiece);
}

cudaError_t logits_logprobs_cuda(const LogitsShape& shape, const ConstRows& logits,
                                 const int64_t* targets, float temperature,
                                 const TokenScores& scores, void* workspace, cudaStream_t stream) {
  auto* pieces = static_cast<SoftmaxPiece*>(workspace);
  const cudaError_t error = softmax_pieces_cuda({logits, shape.tokens, 0, shape.vocab}, targets,
                                                temperature, pieces, stream);
  if (error != cudaSuccess) return error;
  return token_scores_cuda(pieces, softmax_pieces(shape.vocab), shape.tokens, shape.vocab, targets,
                           temperature, scores, stream);
}

cudaError_t logits_logprobs_backward_cuda(const LogitsShape& shape, const ConstRows& logits,
                                          const int64_t* targets, float temperature,
                                          const TokenSlopes& slopes, const Rows& d_logits,
                                          cudaStream_t stream) {
  return logit_slopes_cuda({logits, shape.tokens, 0, shape.vocab}, targets, temperature, slopes,
                           d_logits, stream);
}

}  // namespace querl
