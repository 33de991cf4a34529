// querl::_masked_ppo on CUDA memory.
#include <torch/library.h>

#include "kernels/cuda/masked_ppo.cuh"
#include "torch/cuda/launch.h"
#include "torch/masked_ppo_call.h"

namespace querl {
namespace {

MaskedPpoResult masked_ppo_on_cuda(const MaskedPpoTensors& tensors, at::ArrayRef<double> numbers,
                                   bool wants_gradients) {
  const at::Tensor logprobs = tensors.get(kLogprobs).value();
  const CudaLaunch launch(logprobs);
  const MaskedPpoCall call(tensors, numbers, wants_gradients);
  const at::Tensor sums = at::empty({kPpoSums}, logprobs.options().dtype(at::kDouble));
  const at::Tensor workspace =
      launch.scratch(masked_ppo_workspace_bytes(call.tokens, call.options));
  CudaLaunch::check(masked_ppo_cuda(call.tokens, call.options, call.gradients,
                                    reinterpret_cast<PpoSums*>(sums.mutable_data_ptr<double>()),
                                    workspace.mutable_data_ptr(), launch.stream()),
                    "masked_ppo");
  return call.with(sums);
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) { m.impl("_masked_ppo", &masked_ppo_on_cuda); }

}  // namespace
}  // namespace querl
