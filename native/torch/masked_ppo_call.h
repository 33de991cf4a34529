// What the CPU and CUDA sides of querl::_masked_ppo share: its lists of arguments as the structs of
// the kernel.
#pragma once

#include <ATen/core/List.h>
#include <ATen/core/Tensor.h>

#include <optional>
#include <tuple>
#include <vector>

#include "kernels/masked_ppo.h"

namespace querl {

// In the order of MaskedPpoInput. Contiguous and on one device: float32 (T), but the mask uint8,
// and offsets and micro-batches int64 (B + 1) and (M + 1), valid.
using MaskedPpoTensors = c10::List<std::optional<at::Tensor>>;

enum MaskedPpoInput : size_t {
  kLogprobs,
  kOldLogprobs,
  kAdvantages,
  kMask,
  kReferenceLogprobs,
  kSamplerLogprobs,
  kEntropies,
  kValues,
  kOldValues,
  kReturns,
  kOffsets,
  kMicroBatches,
  // Memory for the gradients; without it they are allocated.
  kIntoLogprobs,
  kIntoEntropies,
  kIntoValues,
  kMaskedPpoInputs,
};

// Sums, float64 (kPpoSums) on the inputs' device, in the order of PpoSums; the gradients of the
// log-probs, entropies and values, float32 (T), undefined where there is no such input or none was
// wanted.
using MaskedPpoResult = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

// Every option as a number, in the order of PpoOptions.
std::vector<double> packed(const PpoOptions& options);
PpoOptions unpacked(at::ArrayRef<double> numbers);

// The kernel's arguments. Allocates the gradients that have no memory yet; keeps the memory of the
// inputs alive.
class MaskedPpoCall {
 public:
  MaskedPpoCall(const MaskedPpoTensors& tensors, at::ArrayRef<double> numbers,
                bool wants_gradients);

  PpoTokens tokens;
  PpoOptions options;
  PpoGradients gradients;

  MaskedPpoResult with(at::Tensor sums) const;

 private:
  std::vector<at::Tensor> kept_;
  at::Tensor d_logprobs_, d_entropies_, d_values_;
};

}  // namespace querl
