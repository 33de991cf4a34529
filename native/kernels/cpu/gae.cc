#include "kernels/gae.h"

#include <algorithm>

#include "kernels/cpu/gae_tables.h"

namespace querl {
namespace {

// Tokens of one task, about: enough to be worth a wake-up.
constexpr int64_t kTaskTokens = 8192;

// One sequence. What is masked out is never part of the arithmetic: the others are moved together
// first, into the results' own memory, and spread again behind it.
void one_sequence(const GaeKernels& kernels, const GaeBatch& batch, const GaeOptions& options,
                  int64_t begin, int64_t end, float* advantages, float* returns) {
  const float* rewards = batch.rewards + begin;
  const float* values = batch.values + begin;
  const double gamma_lambda = options.gamma * options.lambda;
  const int64_t count = end - begin;
  advantages += begin;
  returns += begin;
  if (batch.mask == nullptr) {
    kernels.scan(rewards, values, count, options.gamma, gamma_lambda, advantages, returns);
    return;
  }
  const uint8_t* mask = batch.mask + begin;
  const int64_t kept = kernels.compress(rewards, mask, count, advantages);
  kernels.compress(values, mask, count, returns);
  kernels.scan(advantages, returns, kept, options.gamma, gamma_lambda, advantages, returns);
  kernels.expand(advantages, mask, count, kept);
  kernels.expand(returns, mask, count, kept);
}

}  // namespace

const GaeKernels& gae_kernels(Isa isa) {
  switch (isa) {
#if defined(__x86_64__)
    case Isa::kAvx512:
      return kGaeAvx512;
    case Isa::kAvx2:
      return kGaeAvx2;
#endif
    default:
      return kGaePortable;
  }
}

void gae(const GaeBatch& batch, const GaeOptions& options, float* advantages, float* returns,
         Parallel& parallel, Isa isa) {
  const int64_t sequences = batch.sequences;
  if (sequences == 0) return;
  const GaeKernels& kernels = gae_kernels(isa);
  const int64_t tokens = std::max<int64_t>(batch.offsets[sequences] - batch.offsets[0], 1);
  const int64_t size = std::max<int64_t>(kTaskTokens * sequences / tokens, 1);
  parallel.run((sequences + size - 1) / size, [&](int64_t task, int) {
    const int64_t end = std::min(sequences, (task + 1) * size);
    for (int64_t b = task * size; b < end; ++b)
      one_sequence(kernels, batch, options, batch.offsets[b], batch.offsets[b + 1], advantages,
                   returns);
  });
}

}  // namespace querl
