// The vector code of masked_ppo.cc, a table per instruction set that this build has.
#pragma once

#include "kernels/masked_ppo.h"
#include "kernels/masked_ppo_token.h"

namespace querl {

struct MaskedPpoKernels {
  // Adds the tokens in [begin, end), of one sequence, to what its first pass sums up. Without need
  // of the log-ratios only the mask is read.
  void (*sequence)(const PpoTokens& in, const PpoOptions& options, int64_t begin, int64_t end,
                   PpoSequenceSums& sums);
  // Writes the gradients of the tokens in [begin, end), of one sequence, and adds to the sums.
  void (*tokens)(const PpoTokens& in, const PpoOptions& options, int64_t begin, int64_t end,
                 const PpoSequence& sequence, const PpoGradients& gradients, PpoSums& sums);
};

extern const MaskedPpoKernels kMaskedPpoPortable;
#if defined(__x86_64__)
extern const MaskedPpoKernels kMaskedPpoAvx2;
extern const MaskedPpoKernels kMaskedPpoAvx512;
#endif

}  // namespace querl
