// querl::_linear_logprobs_forward and _backward on CUDA memory. Tokens that do not count are left
// out before anything is multiplied: of a search agent's tokens that is more than half. To know how
// many are left, and that no target is beyond the vocabulary, the host waits for the device.
#include <ATen/ATen.h>
#include <torch/library.h>

#include <array>

#include "torch/cuda/launch.h"
#include "torch/cuda/linear_logprobs_loop.h"
#include "torch/logprobs_arguments.h"

namespace querl {
namespace {

// The tokens at which `counts` (T) is true, (n).
at::Tensor places_of(const at::Tensor& counts) { return at::nonzero(counts).squeeze(1); }

ScoreTensors forward_on_cuda(const at::Tensor& hidden, const at::Tensor& head,
                             const at::Tensor& targets, double temperature) {
  check_same_device(targets, "targets", hidden, "hidden");
  const CudaLaunch launch(hidden);
  const int64_t vocab = head.size(0);
  if (targets.numel() > 0) {
    const auto largest = at::amax(targets).item<int64_t>();
    if (largest >= vocab)
      throw Error("ERR_QUERL_ARGUMENT", "Expected targets to be below " + std::to_string(vocab) +
                                            ", but got " + std::to_string(largest) + ".");
  }
  const at::Tensor places = places_of(targets.ge(0));
  if (places.numel() == targets.numel())
    return linear_logprobs_forward(hidden, head, targets, temperature, launch.stream());
  const auto [logprobs, entropies, maxima, log_sums] =
      linear_logprobs_forward(hidden.index_select(0, places), head, targets.index_select(0, places),
                              temperature, launch.stream());
  const auto spread = [&](const at::Tensor& scores) {
    return at::zeros(targets.sizes(), scores.options()).index_copy_(0, places, scores);
  };
  return {spread(logprobs), spread(entropies), spread(maxima), spread(log_sums)};
}

std::tuple<at::Tensor, at::Tensor> backward_on_cuda(
    const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
    const at::Tensor& entropies, const at::Tensor& maxima, const at::Tensor& log_sums,
    const std::optional<at::Tensor>& d_logprobs, const std::optional<at::Tensor>& d_entropies,
    double temperature, std::array<bool, 2> wanted) {
  const CudaLaunch launch(hidden);
  at::Tensor counts = at::zeros_like(targets, at::kBool);
  for (const auto& slope : {d_logprobs, d_entropies})
    if (slope) counts.logical_or_(slope->ne(0));
  const at::Tensor places = places_of(counts.logical_and_(targets.ge(0)));
  const bool all = places.numel() == targets.numel();
  const auto own = [&](const at::Tensor& of) { return all ? of : of.index_select(0, places); };
  const auto own_slope = [&](const std::optional<at::Tensor>& of) {
    return of ? std::optional(own(*of)) : std::nullopt;
  };
  auto [d_hidden, d_head] = linear_logprobs_backward(
      own(hidden), head, own(targets),
      {own(entropies), own(maxima), own(log_sums), own_slope(d_logprobs), own_slope(d_entropies)},
      temperature, wanted, launch.stream());
  if (wanted[0]) {
    d_hidden = d_hidden.to(hidden.scalar_type());
    if (!all)
      d_hidden = at::zeros(hidden.sizes(), hidden.options()).index_copy_(0, places, d_hidden);
  }
  return {d_hidden, d_head};
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) {
  m.impl("_linear_logprobs_forward", &forward_on_cuda);
  m.impl("_linear_logprobs_backward", &backward_on_cuda);
}

}  // namespace
}  // namespace querl
