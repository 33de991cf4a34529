// querl::gae: advantages and returns over packed sequences. No gradient flows through it.
#include "kernels/gae.h"

#include <torch/library.h>

#include "torch/kept_memory.h"
#include "torch/packed_batch.h"
#include "torch/threads.h"

namespace querl {
namespace {

using Estimate = std::tuple<at::Tensor, at::Tensor>;

void check_share(const char* name, double value) {
  if (!(value >= 0 && value <= 1)) refuse(name, "in [0, 1]", std::to_string(value));
}

Estimate gae_op(const at::Tensor& rewards, const at::Tensor& values,
                const std::optional<at::Tensor>& mask, const std::optional<at::Tensor>& offsets,
                double gamma, double lam) {
  static const auto raw =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_gae", "")
          .typed<Estimate(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
                          const at::Tensor&, double, double)>();
  check_share("gamma", gamma);
  check_share("lam", lam);
  const at::Tensor own_rewards = plain_floats(rewards, "rewards");
  check_same_shape(values, "values", rewards, "rewards");
  return raw.call(own_rewards, plain_floats(values, "values"),
                  plain_mask(mask, own_rewards, "rewards"),
                  plain_offsets(offsets, own_rewards, "rewards"), gamma, lam);
}

Estimate gae_cpu(const at::Tensor& rewards, const at::Tensor& values,
                 const std::optional<at::Tensor>& mask, const at::Tensor& offsets, double gamma,
                 double lam) {
  const at::Tensor advantages = kept_floats_like(rewards), returns = kept_floats_like(rewards);
  LibtorchThreads threads;
  gae({rewards.const_data_ptr<float>(), values.const_data_ptr<float>(), mask_data(mask),
       offsets.const_data_ptr<int64_t>(), offsets.numel() - 1},
      {gamma, lam}, advantages.mutable_data_ptr<float>(), returns.mutable_data_ptr<float>(),
      threads);
  return {advantages, returns};
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // (T) with offsets (B + 1), or (B, T) without: each row is a sequence. Results have the shape of
  // the rewards.
  m.def(
      "gae(Tensor rewards, Tensor values, Tensor? mask=None, Tensor? offsets=None, *, "
      "float gamma=1., float lam=1.) -> (Tensor advantages, Tensor returns)");
  // All contiguous and on one device: rewards and values float32, mask uint8 of their shape,
  // offsets int64, valid.
  m.def(
      "_gae(Tensor rewards, Tensor values, Tensor? mask, Tensor offsets, float gamma, float lam) "
      "-> "
      "(Tensor advantages, Tensor returns)");
}

TORCH_LIBRARY_IMPL(querl, CompositeImplicitAutograd, m) { m.impl("gae", &gae_op); }

TORCH_LIBRARY_IMPL(querl, CPU, m) { m.impl("_gae", &gae_cpu); }

}  // namespace
}  // namespace querl
