// querl::masked_ppo: the clipped PPO objective over the tokens that the policy wrote, with
// autograd; querl::masked_ppo_gradients: the same, with the gradients as results.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <array>
#include <cstring>
#include <string>

#include "base/errors.h"
#include "kernels/masked_ppo_token.h"
#include "torch/logprobs_arguments.h"
#include "torch/masked_ppo_call.h"
#include "torch/packed_batch.h"
#include "torch/threads.h"

namespace querl {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// The arguments of one call: checked, flat, contiguous; those with gradients apart, with their
// history.
struct Arguments {
  at::Tensor logprobs;  // float32, of the shape that was given
  std::optional<at::Tensor> entropies, values;
  MaskedPpoTensors tensors;
  PpoOptions options;
};

MaskedPpoResult run(const Arguments& arguments, bool wants_gradients) {
  static const auto raw =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::_masked_ppo", "")
          .typed<MaskedPpoResult(const MaskedPpoTensors&, at::ArrayRef<double>, bool)>();
  return raw.call(arguments.tensors, packed(arguments.options), wants_gradients);
}

// The first four sums are the terms of the loss.
at::Tensor loss_of(const at::Tensor& sums) { return sums.narrow(0, 0, 4).sum().to(at::kFloat); }

// Reads the arguments of either operator, in the order of its schema.
class Reader {
 public:
  Reader(const c10::FunctionSchema& schema, torch::jit::Stack& stack)
      : schema_(schema), values_(torch::jit::last(stack, schema.arguments().size())) {}

  Arguments read() {
    Arguments all;
    all.tensors.resize(kMaskedPpoInputs);
    all.logprobs = *floats(kLogprobs, all.tensors);
    floats(kOldLogprobs, all.tensors);
    floats(kAdvantages, all.tensors);
    all.tensors.set(kMask, plain_mask(next().toTensor(), shape_, "logprobs")->flatten());
    floats(kReferenceLogprobs, all.tensors);
    floats(kSamplerLogprobs, all.tensors);
    all.entropies = floats(kEntropies, all.tensors);
    all.values = floats(kValues, all.tensors);
    floats(kOldValues, all.tensors);
    floats(kReturns, all.tensors);
    const auto offsets = next().toOptional<at::Tensor>();
    const auto micro_batches = next().toOptional<at::Tensor>();
    read_options(all.options);
    check(all);
    if (position_ < values_.size()) {
      into(kIntoLogprobs, all.tensors);
      into(kIntoEntropies, all.tensors);
      into(kIntoValues, all.tensors);
    }
    if (needs_sequences(all.options)) add_sequences(offsets, micro_batches, all);
    return all;
  }

 private:
  const c10::IValue& next() { return values_[position_++]; }
  const char* name() const { return schema_.arguments()[position_].name().c_str(); }

  // The input as float32, with its history; its plain numbers enter the list.
  std::optional<at::Tensor> floats(MaskedPpoInput input, MaskedPpoTensors& tensors) {
    const char* name = this->name();
    const auto tensor = next().toOptional<at::Tensor>();
    if (!tensor || !tensor->defined()) return std::nullopt;
    const at::ScalarType type = tensor->scalar_type();
    if (type != at::kFloat && type != at::kBFloat16 && type != at::kHalf)
      refuse(name, "float32, bfloat16 or float16", at::toString(type));
    if (input == kLogprobs) {
      shape_ = *tensor;
      if (tensor->dim() != 1 && tensor->dim() != 2)
        refuse(name, "of shape (T) or (B, T)", shown(tensor->sizes()));
    }
    check_same_shape(*tensor, name, shape_, "logprobs");
    const at::Tensor own = tensor->to(at::kFloat);
    tensors.set(input, own.detach().contiguous().flatten());
    return own;
  }

  void into(MaskedPpoInput input, MaskedPpoTensors& tensors) {
    const char* name = this->name();
    const auto tensor = next().toOptional<at::Tensor>();
    if (!tensor || !tensor->defined()) return;
    if (tensor->scalar_type() != at::kFloat || !tensor->is_contiguous() || tensor->requires_grad())
      refuse(name, "float32, contiguous and without a gradient of its own", "another tensor");
    check_same_shape(*tensor, name, shape_, "logprobs");
    tensors.set(input, *tensor);
  }

  float real() { return static_cast<float>(next().toDouble()); }

  template <class Choice, size_t kCount>
  Choice choice(const std::array<const char*, kCount>& names) {
    const char* argument = name();
    const std::string& given = next().toStringRef();
    std::string expected;
    for (size_t i = 0; i < kCount; ++i) {
      if (given == names[i]) return static_cast<Choice>(i);
      expected += std::string(i == 0 ? "" : i + 1 == kCount ? " or " : ", ") + names[i];
    }
    refuse(argument, expected, given);
  }

  void read_options(PpoOptions& options) {
    static constexpr std::array kRatios{"token", "sequence"};
    static constexpr std::array kCorrections{"none", "token_truncate", "token_mask",
                                             "sequence_truncate", "sequence_mask"};
    static constexpr std::array kEstimators{"k1", "k2", "k3"};
    static constexpr std::array kAggregations{"tokens", "sequences", "sequence_sums",
                                              "micro_batches", "constant"};
    options.clip_low = real();
    options.clip_high = real();
    options.dual_clip = real();
    options.log_ratio_limit = real();
    options.ratio = choice<PpoRatio>(kRatios);
    options.correction = choice<PpoCorrection>(kCorrections);
    options.correction_floor = real();
    options.correction_cap = real();
    options.kl_coefficient = real();
    options.kl_estimator = choice<KlEstimator>(kEstimators);
    if (values_[position_].isNone()) {
      options.kl_gradient = options.kl_estimator;
      ++position_;
    } else {
      options.kl_gradient = choice<KlEstimator>(kEstimators);
    }
    options.kl_limit = real();
    options.entropy_coefficient = real();
    options.value_coefficient = real();
    options.value_clip = real();
    options.aggregation = choice<PpoAggregation>(kAggregations);
    options.denominator = next().toDouble();
  }

  static void check(const Arguments& all) {
    const PpoOptions& options = all.options;
    const auto want = [](bool right, const char* name, const char* expected, double actual) {
      if (!right) refuse(name, expected, std::to_string(actual));
    };
    want(options.clip_low >= 0.f, "clip_low", "0 or more", options.clip_low);
    want(options.clip_high >= 0.f, "clip_high", "0 or more", options.clip_high);
    want(options.dual_clip == 0.f || options.dual_clip > 1.f, "dual_clip", "0 or above 1",
         options.dual_clip);
    want(options.log_ratio_limit > 0.f && options.log_ratio_limit <= 80.f, "log_ratio_limit",
         "in (0, 80]", options.log_ratio_limit);
    want(options.correction_floor >= 0.f && options.correction_floor < options.correction_cap,
         "correction_floor", "0 or more and below correction_cap", options.correction_floor);
    want(options.kl_limit >= 0.f, "kl_limit", "0 or more", options.kl_limit);
    want(options.value_clip >= 0.f, "value_clip", "0 or more", options.value_clip);
    want(options.denominator >= 0. &&
             (options.denominator > 0. || options.aggregation != PpoAggregation::kConstant),
         "denominator", "positive, or 0 for the batch's own", options.denominator);
    want_together(all, kValues, kReturns, "values", "returns");
    if (has(all, kValues) && options.value_clip > 0.f)
      want_with(all, kOldValues, "old_values", "value_clip");
    if (options.correction != PpoCorrection::kNone)
      want_with(all, kSamplerLogprobs, "sampler_logprobs", "a correction");
    if (options.kl_coefficient != 0.f)
      want_with(all, kReferenceLogprobs, "reference_logprobs", "a kl_coefficient");
    if (options.entropy_coefficient != 0.f)
      want_with(all, kEntropies, "entropies", "an entropy_coefficient");
  }

  static bool has(const Arguments& all, MaskedPpoInput input) {
    return all.tensors.get(input).has_value();
  }
  static void want_together(const Arguments& all, MaskedPpoInput one, MaskedPpoInput other,
                            const char* name, const char* other_name) {
    if (has(all, one) && !has(all, other))
      refuse(other_name, std::string("given with ") + name, "None");
    if (has(all, other) && !has(all, one))
      refuse(name, std::string("given with ") + other_name, "None");
  }
  static void want_with(const Arguments& all, MaskedPpoInput input, const char* name,
                        const char* reason) {
    if (!has(all, input)) refuse(name, std::string("given with ") + reason, "None");
  }

  void add_sequences(const std::optional<at::Tensor>& offsets,
                     const std::optional<at::Tensor>& micro_batches, Arguments& all) const {
    if (shape_.dim() == 1 && !offsets)
      refuse("offsets", "given, since a ratio, a correction or the aggregation is per sequence",
             "None");
    const at::Tensor own = plain_offsets(offsets, shape_, "logprobs");
    all.tensors.set(kOffsets, own);
    if (all.options.aggregation != PpoAggregation::kMicroBatches) return;
    if (!micro_batches) refuse("micro_batches", "given with their aggregation", "None");
    const at::Tensor firsts = checked_offsets(*micro_batches);
    const int64_t last = firsts.const_data_ptr<int64_t>()[firsts.numel() - 1];
    if (last != own.numel() - 1)
      refuse("micro_batches", std::to_string(own.numel() - 1) + " at last, the sequences",
             std::to_string(last));
    all.tensors.set(kMicroBatches, firsts.to(shape_.device()));
  }

  const c10::FunctionSchema& schema_;
  at::ArrayRef<c10::IValue> values_;
  size_t position_ = 0;
  at::Tensor shape_;  // the log-probs as they were given
};

struct MaskedPpo : torch::autograd::Function<MaskedPpo> {
  static variable_list forward(AutogradContext* context, const at::Tensor& logprobs,
                               const std::optional<at::Tensor>&, const std::optional<at::Tensor>&,
                               const Arguments& arguments) {
    const at::AutoDispatchBelowADInplaceOrView raw;
    const auto [sums, d_logprobs, d_entropies, d_values] = run(arguments, true);
    const auto shaped = [&](const at::Tensor& gradient) {
      return gradient.defined() ? gradient.view(logprobs.sizes()) : gradient;
    };
    context->save_for_backward({shaped(d_logprobs), shaped(d_entropies), shaped(d_values)});
    context->mark_non_differentiable({sums});
    return {loss_of(sums), sums};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    refuse_second_derivative("masked_ppo");
    const at::AutoDispatchBelowADInplaceOrView raw;
    const at::Tensor& slope = gradients[0];
    if (!slope.defined()) return {at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
    // The usual backward() starts with 1: a pass over the memory less. On a device, to look at the
    // number would wait for it.
    const bool is_one = slope.is_cpu() && slope.item<float>() == 1.f;
    variable_list scaled;
    for (const at::Tensor& gradient : context->get_saved_variables())
      scaled.push_back(gradient.defined() && !is_one ? gradient * slope : gradient);
    scaled.emplace_back();
    return scaled;
  }
};

void masked_ppo_op(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  const c10::FunctionSchema& schema = op.schema();
  const Arguments arguments = Reader(schema, *stack).read();
  torch::jit::drop(*stack, schema.arguments().size());
  const auto needs = [](const std::optional<at::Tensor>& tensor) {
    return tensor && tensor->requires_grad();
  };
  if (at::GradMode::is_enabled() &&
      (needs(arguments.logprobs) || needs(arguments.entropies) || needs(arguments.values))) {
    const variable_list results =
        MaskedPpo::apply(arguments.logprobs, arguments.entropies, arguments.values, arguments);
    torch::jit::push(*stack, results[0], results[1]);
  } else {
    const at::Tensor sums = std::get<0>(run(arguments, false));
    torch::jit::push(*stack, loss_of(sums), sums);
  }
}

void masked_ppo_gradients_op(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
  const c10::FunctionSchema& schema = op.schema();
  const Arguments arguments = Reader(schema, *stack).read();
  torch::jit::drop(*stack, schema.arguments().size());
  const auto [sums, d_logprobs, d_entropies, d_values] = run(arguments, true);
  const auto shaped = [&](const at::Tensor& gradient) {
    return gradient.defined() ? gradient.view(arguments.logprobs.sizes()) : gradient;
  };
  torch::jit::push(*stack, sums, shaped(d_logprobs), shaped(d_entropies), shaped(d_values));
}

MaskedPpoResult masked_ppo_on_cpu(const MaskedPpoTensors& tensors, at::ArrayRef<double> numbers,
                                  bool wants_gradients) {
  const MaskedPpoCall call(tensors, numbers, wants_gradients);
  LibtorchThreads threads;
  const PpoSums sums = masked_ppo_cpu(call.tokens, call.options, call.gradients, threads);
  const at::Tensor copied = at::empty({kPpoSums}, at::kDouble);
  std::memcpy(copied.mutable_data_ptr(), &sums, sizeof sums);
  return call.with(copied);
}

// Of both operators, but for the last parenthesis.
const std::string kArguments =
    "(Tensor logprobs, Tensor old_logprobs, Tensor advantages, Tensor mask, *, "
    "Tensor? reference_logprobs=None, Tensor? sampler_logprobs=None, Tensor? entropies=None, "
    "Tensor? values=None, Tensor? old_values=None, Tensor? returns=None, Tensor? offsets=None, "
    "Tensor? micro_batches=None, float clip_low=0.2, float clip_high=0.2, float dual_clip=0., "
    "float log_ratio_limit=20., str ratio='token', str correction='none', "
    "float correction_floor=0., float correction_cap=2., float kl_coefficient=0., "
    "str kl_estimator='k3', str? kl_gradient=None, float kl_limit=0., "
    "float entropy_coefficient=0., float value_coefficient=1., float value_clip=0., "
    "str aggregation='tokens', float denominator=0.";

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // (T) with offsets (B + 1) where something is per sequence, or (B, T): each row is a sequence.
  // float32, or bfloat16 and float16, which are read as float32. micro_batches (M + 1) has the
  // first sequence of each. loss: a float32 number; sums: float64, in the order of PpoSums.
  m.def(("masked_ppo" + kArguments + ") -> (Tensor loss, Tensor sums)").c_str());
  // Gradients are float32; those of entropies and values are None where these are not given. They
  // are written to into_logprobs and so on, where given: fresh memory can cost as much as the rest.
  m.def(("masked_ppo_gradients" + kArguments +
         ", Tensor? into_logprobs=None, Tensor? into_entropies=None, Tensor? into_values=None) -> "
         "(Tensor sums, Tensor d_logprobs, Tensor d_entropies, Tensor d_values)")
            .c_str());
  // See masked_ppo_call.h.
  m.def(
      "_masked_ppo(Tensor?[] tensors, float[] options, bool wants_gradients) -> "
      "(Tensor sums, Tensor d_logprobs, Tensor d_entropies, Tensor d_values)");
}

TORCH_LIBRARY_IMPL(querl, CompositeImplicitAutograd, m) {
  m.impl("masked_ppo", torch::CppFunction::makeFromBoxedFunction<&masked_ppo_op>());
  m.impl("masked_ppo_gradients",
         torch::CppFunction::makeFromBoxedFunction<&masked_ppo_gradients_op>());
}

TORCH_LIBRARY_IMPL(querl, CPU, m) { m.impl("_masked_ppo", &masked_ppo_on_cpu); }

}  // namespace
}  // namespace querl
