// The log-probs of linear_logprobs.h by chunks of the vocabulary: LibTorch multiplies the hidden
// states by a chunk of the head, our kernels read the chunk's logits once, and the next chunk takes
// its place.
//
// Chunks are of columns and not of tokens, so that each row of d_head comes out of one product over
// all tokens, rounded once, and only d_hidden (T, D), small beside the head, has to be added up.
//
// Logits are float32 whatever the inputs are (bfloat16 ones would be off by 0.06 at a logit of 20),
// their gradients are of the inputs' type, as the products want them. The cost in memory traffic
// per logit of bfloat16 inputs is 4 bytes written and 4 read forward, and 4 written, 4 read and 2
// written backward, where each product takes 2 D floating point operations: with D = 896, at 700
// TFLOP/s and 4.8 TB/s, 2.6 ps for a product beside 1.7 ps forward, of which the writing overlaps.
#pragma once

#include <ATen/core/Tensor.h>
#include <cuda_runtime_api.h>

#include <array>
#include <optional>
#include <tuple>

#include "torch/logprobs_arguments.h"

namespace querl {

// A chunk's logits take this much, unless there are so many tokens that the narrowest chunk takes
// more: wide enough for products at full speed (64 M logits are 2048 tiles of 128 x 256, 15 rounds
// of an H200's 132 multiprocessors), small beside a model.
inline constexpr int64_t kChunkBytes = int64_t{256} << 20;

// The columns of a chunk for `tokens`: a multiple of what one block of the kernels reads, or with
// many tokens of kNarrowestChunk.
int64_t chunk_columns(int64_t tokens, int64_t vocab, int64_t chunk_bytes = kChunkBytes);

// As the raw operators, on the device of the tensors; all tokens count. `stream` is the current
// one.
ScoreTensors linear_logprobs_forward(const at::Tensor& hidden, const at::Tensor& head,
                                     const at::Tensor& targets, double temperature,
                                     cudaStream_t stream, int64_t chunk_bytes = kChunkBytes);

struct TokenSlopeTensors {
  at::Tensor entropies, maxima, log_sums;
  std::optional<at::Tensor> d_logprobs, d_entropies;
};

// d_hidden is float32, to be converted when it goes to where the tokens came from.
std::tuple<at::Tensor, at::Tensor> linear_logprobs_backward(
    const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
    const TokenSlopeTensors& slopes, double temperature, std::array<bool, 2> wanted,
    cudaStream_t stream, int64_t chunk_bytes = kChunkBytes);

}  // namespace querl
