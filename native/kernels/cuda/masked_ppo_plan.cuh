// What tokens share before the loss can be formed: the weight of a token, which divides by a count,
// and the ratios of whole sequences. On the device, so that nothing waits for the host.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>

#include "kernels/masked_ppo.h"
#include "kernels/masked_ppo_token.h"

namespace querl {

// One of: a plan for each sequence; the tokens of mask 1 as counted by kCountBlocks blocks, whose
// sum is the denominator for all; or `same` for all.
struct PpoPlan {
  const PpoSequence* sequences = nullptr;  // (B)
  const int64_t* counts = nullptr;         // (kCountBlocks)
  PpoSequence same;
};

// A multiple of 32, and at most as many as a block of masked_ppo.cu has threads.
inline constexpr int kCountBlocks = 256;

size_t ppo_plan_bytes(const PpoTokens& in, const PpoOptions& options);

// Launches what fills the plan, on `stream`.
cudaError_t plan_ppo(const PpoTokens& in, const PpoOptions& options, void* workspace,
                     cudaStream_t stream, PpoPlan& plan);

}  // namespace querl
