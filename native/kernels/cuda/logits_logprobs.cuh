// logits_logprobs() on a CUDA device: every pointer of the arguments is on it, `stream` does the
// work, and the calls return before it is done. The same input gives the same bits on every run.
//
// A target that is not below the vocabulary's size makes its log-prob NaN: finding it out before
// would need the host to wait for the device.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "kernels/logits_logprobs.h"
#include "kernels/online_softmax.h"

namespace querl {

// Columns that one block reads. Fixed, so that a row's bits depend neither on how many rows there
// are nor, where the vocabulary comes in chunks that it divides, on the chunks.
inline constexpr int64_t kSoftmaxColumns = 16384;

// Pieces of a row of `columns` logits.
QUERL_HOST_DEVICE inline int64_t softmax_pieces(int64_t columns) {
  return (columns + kSoftmaxColumns - 1) / kSoftmaxColumns;
}

// The columns [first, first + columns) of all tokens' logits.
struct LogitsChunk {
  ConstRows logits;  // (T, columns)
  int64_t tokens;    // T
  int64_t first;
  int64_t columns;
};

// Writes pieces (softmax_pieces(columns), T); those of ignored tokens stay as they were.
cudaError_t softmax_pieces_cuda(const LogitsChunk& chunk, const int64_t* targets, float temperature,
                                SoftmaxPiece* pieces, cudaStream_t stream);

// Merges the pieces (count, T) of whole rows, in order.
cudaError_t token_scores_cuda(const SoftmaxPiece* pieces, int64_t count, int64_t tokens,
                              int64_t vocab, const int64_t* targets, float temperature,
                              const TokenScores& scores, cudaStream_t stream);

// Writes the gradient (T, columns) of a chunk's logits, of any type; of the logits' own type it may
// be the logits. Zeros for ignored tokens and for those whose two gradients are 0, whose logits are
// not read.
cudaError_t logit_slopes_cuda(const LogitsChunk& chunk, const int64_t* targets, float temperature,
                              const TokenSlopes& slopes, const Rows& d_logits, cudaStream_t stream);

// Device bytes that logits_logprobs_cuda() needs for itself.
size_t logits_logprobs_workspace_bytes(const LogitsShape& shape);

cudaError_t logits_logprobs_cuda(const LogitsShape& shape, const ConstRows& logits,
                                 const int64_t* targets, float temperature,
                                 const TokenScores& scores, void* workspace, cudaStream_t stream);

cudaError_t logits_logprobs_backward_cuda(const LogitsShape& shape, const ConstRows& logits,
                                          const int64_t* targets, float temperature,
                                          const TokenSlopes& slopes, const Rows& d_logits,
                                          cudaStream_t stream);

}  // namespace querl
