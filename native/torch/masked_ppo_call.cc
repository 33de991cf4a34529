#include "torch/masked_ppo_call.h"

#include <utility>

#include "torch/kept_memory.h"

namespace querl {

std::vector<double> packed(const PpoOptions& options) {
  return {options.clip_low,
          options.clip_high,
          options.dual_clip,
          options.log_ratio_limit,
          static_cast<double>(options.ratio),
          static_cast<double>(options.correction),
          options.correction_floor,
          options.correction_cap,
          options.kl_coefficient,
          static_cast<double>(options.kl_estimator),
          static_cast<double>(options.kl_gradient),
          options.kl_limit,
          options.entropy_coefficient,
          options.value_coefficient,
          options.value_clip,
          static_cast<double>(options.aggregation),
          options.denominator};
}

PpoOptions unpacked(at::ArrayRef<double> numbers) {
  size_t next = 0;
  const auto number = [&] { return numbers.at(next++); };
  const auto real = [&] { return static_cast<float>(number()); };
  const auto choice = [&](auto& into) {
    into = static_cast<std::decay_t<decltype(into)>>(static_cast<int32_t>(number()));
  };
  PpoOptions options;
  options.clip_low = real();
  options.clip_high = real();
  options.dual_clip = real();
  options.log_ratio_limit = real();
  choice(options.ratio);
  choice(options.correction);
  options.correction_floor = real();
  options.correction_cap = real();
  options.kl_coefficient = real();
  choice(options.kl_estimator);
  choice(options.kl_gradient);
  options.kl_limit = real();
  options.entropy_coefficient = real();
  options.value_coefficient = real();
  options.value_clip = real();
  choice(options.aggregation);
  options.denominator = number();
  return options;
}

MaskedPpoCall::MaskedPpoCall(const MaskedPpoTensors& tensors, at::ArrayRef<double> numbers,
                             bool wants_gradients)
    : options(unpacked(numbers)) {
  const auto given = [&](size_t input) {
    const std::optional<at::Tensor> tensor = tensors.get(input);
    if (tensor && tensor->defined()) kept_.push_back(*tensor);
    return tensor && tensor->defined() ? *tensor : at::Tensor();
  };
  const auto floats = [&](size_t input) {
    const at::Tensor tensor = given(input);
    return tensor.defined() ? tensor.const_data_ptr<float>() : nullptr;
  };
  const auto offsets = [&](size_t input, int64_t& count) {
    const at::Tensor tensor = given(input);
    count = tensor.defined() ? tensor.numel() - 1 : 0;
    return tensor.defined() ? tensor.const_data_ptr<int64_t>() : nullptr;
  };
  const at::Tensor logprobs = given(kLogprobs);
  tokens.count = logprobs.numel();
  tokens.logprobs = logprobs.const_data_ptr<float>();
  tokens.old_logprobs = floats(kOldLogprobs);
  tokens.advantages = floats(kAdvantages);
  tokens.mask = given(kMask).const_data_ptr<uint8_t>();
  tokens.reference_logprobs = floats(kReferenceLogprobs);
  tokens.sampler_logprobs = floats(kSamplerLogprobs);
  tokens.entropies = floats(kEntropies);
  tokens.values = floats(kValues);
  tokens.old_values = floats(kOldValues);
  tokens.returns = floats(kReturns);
  tokens.offsets = offsets(kOffsets, tokens.sequences);
  tokens.batch_offsets = offsets(kMicroBatches, tokens.micro_batches);
  if (!wants_gradients) return;
  // By what was given, not by pointers: those of no tokens are null.
  const auto gradient = [&](size_t of, size_t into, at::Tensor& tensor) -> float* {
    if (!given(of).defined()) return nullptr;
    tensor = given(into);
    if (!tensor.defined()) tensor = kept_floats_like(logprobs);
    return tensor.mutable_data_ptr<float>();
  };
  gradients.logprobs = gradient(kLogprobs, kIntoLogprobs, d_logprobs_);
  gradients.entropies = gradient(kEntropies, kIntoEntropies, d_entropies_);
  gradients.values = gradient(kValues, kIntoValues, d_values_);
}

MaskedPpoResult MaskedPpoCall::with(at::Tensor sums) const {
  return {std::move(sums), d_logprobs_, d_entropies_, d_values_};
}

}  // namespace querl
