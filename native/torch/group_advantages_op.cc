// querl::group_advantages and querl::spread_to_tokens. No gradient flows through them.
#include "kernels/group_advantages.h"

#include <torch/library.h>

#include <cmath>
#include <string_view>

#include "torch/packed_batch.h"
#include "torch/threads.h"

namespace querl {
namespace {

GroupBaseline baseline_of(std::string_view name) {
  if (name == "none") return GroupBaseline::kNone;
  if (name == "group") return GroupBaseline::kGroup;
  if (name == "leave_one_out") return GroupBaseline::kLeaveOneOut;
  refuse("baseline", R"("group", "leave_one_out" or "none")", '"' + std::string(name) + '"');
}

// Group names as int32, whatever integers they are.
at::Tensor plain_groups(const at::Tensor& groups) {
  const at::ScalarType type = groups.scalar_type();
  if (type == at::kInt) return groups.contiguous();
  if (type != at::kLong) refuse("groups", "int32 or int64", at::toString(type));
  // Numbers beyond int32 must not fall together: each stands for its place among those there are.
  return std::get<1>(at::_unique(groups, false, true)).to(at::kInt).contiguous();
}

at::Tensor group_advantages_op(const at::Tensor& rewards, const at::Tensor& groups,
                               std::string_view baseline, bool divide_by_std, double epsilon) {
  static const auto raw =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_group_advantages", "")
          .typed<at::Tensor(const at::Tensor&, const at::Tensor&, int64_t, bool, double)>();
  const GroupBaseline kind = baseline_of(baseline);
  if (!(epsilon >= 0 && std::isfinite(epsilon)))
    refuse("epsilon", "a finite number of at least 0", std::to_string(epsilon));
  const at::ScalarType type = rewards.scalar_type();
  if (type != at::kFloat && type != at::kDouble)
    refuse("rewards", "float32 or float64", at::toString(type));
  if (rewards.dim() != 1) refuse("rewards", "of shape (B)", shown(rewards.sizes()));
  check_same_shape(groups, "groups", rewards, "rewards");
  return raw
      .call(rewards.detach().to(at::kDouble).contiguous(), plain_groups(groups),
            static_cast<int64_t>(kind), divide_by_std, epsilon)
      .to(type);
}

at::Tensor group_advantages_cpu(const at::Tensor& rewards, const at::Tensor& groups,
                                int64_t baseline, bool divide_by_std, double epsilon) {
  at::Tensor advantages = at::empty_like(rewards);
  group_advantages(rewards.const_data_ptr<double>(), groups.const_data_ptr<int32_t>(),
                   rewards.numel(), {static_cast<GroupBaseline>(baseline), divide_by_std, epsilon},
                   advantages.mutable_data_ptr<double>());
  return advantages;
}

at::Tensor spread_to_tokens_op(const at::Tensor& per_sequence, const at::Tensor& offsets,
                               const std::optional<at::Tensor>& mask) {
  static const auto raw = c10::Dispatcher::singleton()
                              .findSchemaOrThrow("querl::_spread_to_tokens", "")
                              .typed<at::Tensor(const at::Tensor&, const at::Tensor&, int64_t,
                                                const std::optional<at::Tensor>&)>();
  const at::Tensor own = plain_floats(per_sequence, "per_sequence");
  const at::Tensor starts = checked_offsets(offsets);
  if (own.dim() != 1 || own.numel() != starts.numel() - 1)
    refuse("per_sequence", "of shape (" + std::to_string(starts.numel() - 1) + "), as offsets say",
           shown(own.sizes()));
  const int64_t tokens = starts.const_data_ptr<int64_t>()[starts.numel() - 1];
  const at::Tensor like = own.new_empty({1}).expand({tokens});
  return raw.call(own, starts.to(own.device()), tokens, plain_mask(mask, like, "offsets say"));
}

at::Tensor spread_to_tokens_cpu(const at::Tensor& per_sequence, const at::Tensor& offsets,
                                int64_t tokens, const std::optional<at::Tensor>& mask) {
  at::Tensor out = at::empty({tokens}, per_sequence.options());
  LibtorchThreads threads;
  spread_to_tokens(per_sequence.const_data_ptr<float>(), offsets.const_data_ptr<int64_t>(),
                   offsets.numel() - 1, mask_data(mask), out.mutable_data_ptr<float>(), threads);
  return out;
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // rewards (B) float32 or float64; groups (B): equal numbers are one group. The advantages have
  // the rewards' dtype.
  m.def(
      "group_advantages(Tensor rewards, Tensor groups, str baseline=\"group\", "
      "bool divide_by_std=True, float epsilon=1e-06) -> Tensor");
  // rewards float64, groups int32, both (B), contiguous and on one device; baseline: a
  // GroupBaseline.
  m.def(
      "_group_advantages(Tensor rewards, Tensor groups, int baseline, bool divide_by_std, "
      "float epsilon) -> Tensor");
  // per_sequence (B) float32, offsets (B + 1), mask (T) -> (T)
  m.def("spread_to_tokens(Tensor per_sequence, Tensor offsets, Tensor? mask=None) -> Tensor");
  // Contiguous and on one device: offsets int64 that end with `tokens`, mask uint8.
  m.def(
      "_spread_to_tokens(Tensor per_sequence, Tensor offsets, int tokens, Tensor? mask) -> Tensor");
}

TORCH_LIBRARY_IMPL(querl, CompositeImplicitAutograd, m) {
  m.impl("group_advantages", &group_advantages_op);
  m.impl("spread_to_tokens", &spread_to_tokens_op);
}

TORCH_LIBRARY_IMPL(querl, CPU, m) {
  m.impl("_group_advantages", &group_advantages_cpu);
  m.impl("_spread_to_tokens", &spread_to_tokens_cpu);
}

}  // namespace
}  // namespace querl
