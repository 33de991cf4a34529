// querl::whiten: masked normalisation of a batch. No gradient flows through it.
#include "kernels/whiten.h"

#include <torch/library.h>

#include <cmath>

#include "torch/kept_memory.h"
#include "torch/packed_batch.h"
#include "torch/threads.h"

namespace querl {
namespace {

using Whitened = std::tuple<at::Tensor, at::Tensor, at::Tensor>;

Whitened whiten_op(const at::Tensor& values, const std::optional<at::Tensor>& mask, bool shift_mean,
                   double epsilon) {
  static const auto raw =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_whiten", "")
          .typed<Whitened(const at::Tensor&, const std::optional<at::Tensor>&, bool, double)>();
  if (!(epsilon >= 0 && std::isfinite(epsilon)))
    refuse("epsilon", "a finite number of at least 0", std::to_string(epsilon));
  const at::Tensor own = plain_floats(values, "values");
  return raw.call(own, plain_mask(mask, own, "values"), shift_mean, epsilon);
}

Whitened whiten_cpu(const at::Tensor& values, const std::optional<at::Tensor>& mask,
                    bool shift_mean, double epsilon) {
  const at::Tensor out = kept_floats_like(values);
  LibtorchThreads threads;
  const Moments moments = whiten(values.const_data_ptr<float>(), mask_data(mask), values.numel(),
                                 {epsilon, shift_mean}, out.mutable_data_ptr<float>(), threads);
  return {out, at::scalar_tensor(moments.mean, at::kDouble),
          at::scalar_tensor(std::sqrt(variance(moments)), at::kDouble)};
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // Any shape; mean and std (unbiased, without epsilon) are float64 numbers.
  m.def(
      "whiten(Tensor values, Tensor? mask=None, *, bool shift_mean=True, float epsilon=1e-08) -> "
      "(Tensor whitened, Tensor mean, Tensor std)");
  // Contiguous and on one device: values float32, mask uint8 of their shape.
  m.def(
      "_whiten(Tensor values, Tensor? mask, bool shift_mean, float epsilon) -> "
      "(Tensor whitened, Tensor mean, Tensor std)");
}

TORCH_LIBRARY_IMPL(querl, CompositeImplicitAutograd, m) { m.impl("whiten", &whiten_op); }

TORCH_LIBRARY_IMPL(querl, CPU, m) { m.impl("_whiten", &whiten_cpu); }

}  // namespace
}  // namespace querl
