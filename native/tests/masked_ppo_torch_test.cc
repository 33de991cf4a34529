// querl::masked_ppo against LibTorch's autograd of the plain formulas in float64.
#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <string>

#include "base/errors.h"
#include "kernels/masked_ppo.h"

namespace querl {
namespace {

// A gradient is a product of some float32 numbers of size 1, over the tokens.
constexpr double kFp32 = 2e-6;

using Named = std::map<std::string, c10::IValue>;

torch::jit::Stack call(const char* name, const Named& arguments) {
  const c10::OperatorHandle op = c10::Dispatcher::singleton().findSchemaOrThrow(name, "");
  torch::jit::Stack stack;
  for (const c10::Argument& argument : op.schema().arguments()) {
    const auto given = arguments.find(argument.name());
    stack.push_back(given != arguments.end() ? given->second : *argument.default_value());
  }
  op.callBoxed(&stack);
  return stack;
}

at::Tensor loss_of(const Named& arguments) {
  return call("querl::masked_ppo", arguments)[0].toTensor();
}

constexpr int64_t kRows = 6, kColumns = 50;

// (B, T), float32. The mask differs by row and leaves at least one token in each.
Named random_batch() {
  at::manual_seed(1);
  const auto normal = [](double spread) { return at::randn({kRows, kColumns}) * spread; };
  const at::Tensor old = -normal(2).abs();
  at::Tensor mask = (at::rand({kRows, kColumns}) < 0.7).to(at::kByte);
  mask.select(1, 0).fill_(1);
  const at::Tensor old_values = normal(1);
  return {{"logprobs", (old + normal(0.3)).requires_grad_()},
          {"old_logprobs", old},
          {"advantages", normal(1)},
          {"mask", mask},
          {"reference_logprobs", old + normal(0.5)},
          {"sampler_logprobs", old + normal(0.1)},
          {"entropies", normal(1).abs().requires_grad_()},
          {"values", (old_values + normal(0.4)).requires_grad_()},
          {"old_values", old_values},
          {"returns", normal(1)}};
}

const char* const kTrained[] = {"logprobs", "entropies", "values"};

using Formula = std::function<at::Tensor(const std::map<std::string, at::Tensor>&)>;

// The operator's loss and gradients are those of the formula, at three times the loss.
void compare(const Named& batch, const Named& options, const Formula& formula) {
  std::map<std::string, at::Tensor> exact;
  Named ours = options;
  for (const auto& [name, value] : batch) {
    const at::Tensor tensor = value.toTensor().detach();
    const bool trained = value.toTensor().requires_grad();
    exact[name] = tensor.to(at::kDouble).clone().requires_grad_(trained);
    ours[name] = tensor.clone().requires_grad_(trained);
  }
  const at::Tensor expected = formula(exact), loss = loss_of(ours);
  CHECK(loss.item<double>() == doctest::Approx(expected.item<double>()).epsilon(kFp32));
  (expected * 3).backward();
  (loss * 3).backward();
  for (const char* name : kTrained) {
    CAPTURE(name);
    const at::Tensor gradient = ours[name].toTensor().grad(), other = exact[name].grad();
    REQUIRE(gradient.defined());
    CHECK((gradient.scalar_type() == at::kFloat));
    CHECK(at::allclose(gradient.to(at::kDouble),
                       other.defined() ? other : at::zeros_like(exact[name]), kFp32, 1e-8));
  }
}

at::Tensor mean_over(const at::Tensor& each, const at::Tensor& mask) {
  return (each * mask).sum() / mask.sum();
}

at::Tensor mean_of_means(const at::Tensor& each, const at::Tensor& mask) {
  return ((each * mask).sum(1) / mask.sum(1)).mean();
}

at::Tensor surrogate(const at::Tensor& ratio, const at::Tensor& advantages, double low,
                     double high) {
  return -at::min(ratio * advantages, ratio.clamp(1 - low, 1 + high) * advantages);
}

TEST_CASE("masked_ppo is the clipped surrogate with k3, entropy and clipped values") {
  compare(random_batch(),
          {{"clip_high", 0.28},
           {"kl_coefficient", 0.05},
           {"entropy_coefficient", 0.01},
           {"value_coefficient", 0.5},
           {"value_clip", 0.3}},
          [](const auto& in) {
            const at::Tensor d = in.at("reference_logprobs") - in.at("logprobs");
            const at::Tensor kept =
                in.at("old_values") + (in.at("values") - in.at("old_values")).clamp(-0.3, 0.3);
            const at::Tensor errors = at::max((in.at("values") - in.at("returns")).square(),
                                              (kept - in.at("returns")).square());
            return mean_over(surrogate((in.at("logprobs") - in.at("old_logprobs")).exp(),
                                       in.at("advantages"), 0.2, 0.28) +
                                 0.05 * (d.exp() - 1 - d) - 0.01 * in.at("entropies") +
                                 0.25 * errors,
                             in.at("mask"));
          });
}

TEST_CASE("masked_ppo by sequences is GSPO's loss, by the formula of whole sequences") {
  Named batch = random_batch();
  batch["advantages"] = at::randn({kRows, 1}).expand({kRows, kColumns});  // one a sequence
  compare(batch,
          {{"ratio", std::string("sequence")},
           {"aggregation", std::string("sequences")},
           {"value_coefficient", 0.},
           {"clip_low", 0.05},
           {"clip_high", 0.06}},
          [](const auto& in) {
            const at::Tensor x = (in.at("logprobs") - in.at("old_logprobs")) * in.at("mask");
            const at::Tensor ratio = (x.sum(1) / in.at("mask").sum(1)).exp();
            return surrogate(ratio, in.at("advantages").select(1, 0), 0.05, 0.06).mean() +
                   0 * in.at("entropies").sum() + 0 * in.at("values").sum();
          });
}

TEST_CASE("masked_ppo with dual clip and a truncated correction") {
  compare(random_batch(),
          {{"dual_clip", 1.4},
           {"correction", std::string("token_truncate")},
           {"correction_cap", 1.1},
           {"value_coefficient", 0.},
           {"aggregation", std::string("sequences")}},
          [](const auto& in) {
            const at::Tensor ratio = (in.at("logprobs") - in.at("old_logprobs")).exp();
            const at::Tensor loss = surrogate(ratio, in.at("advantages"), 0.2, 0.2);
            const at::Tensor worst = -1.4 * in.at("advantages");
            const at::Tensor kept = at::where(in.at("advantages") < 0, at::min(loss, worst), loss);
            const at::Tensor weight =
                (in.at("old_logprobs") - in.at("sampler_logprobs")).exp().clamp_max(1.1);
            return mean_of_means(weight * kept, in.at("mask"));
          });
}

TEST_CASE("masked_ppo reads views, packed batches and 16-bit floats as what they stand for") {
  const Named batch = random_batch();
  const Named options{{"aggregation", std::string("sequences")}};
  const auto with = [&](const std::function<at::Tensor(const at::Tensor&)>& change,
                        const Named& more = {}) {
    Named changed = options;
    for (const auto& [name, value] : batch) changed[name] = change(value.toTensor().detach());
    changed.insert(more.begin(), more.end());
    changed["logprobs"] = changed["logprobs"].toTensor().requires_grad_();
    const at::Tensor loss = loss_of(changed);
    loss.backward();
    return std::pair{loss.item<float>(), changed["logprobs"].toTensor().grad()};
  };
  const auto [loss, gradient] = with([](const at::Tensor& x) { return x.clone(); });
  const auto [viewed, view_gradient] =
      with([](const at::Tensor& x) { return x.t().contiguous().t(); });
  CHECK(viewed == loss);
  CHECK(at::equal(view_gradient, gradient));
  const auto [packed, packed_gradient] =
      with([](const at::Tensor& x) { return x.flatten(); },
           {{"offsets", at::arange(0, (kRows + 1) * kColumns, kColumns)}});
  CHECK(packed == loss);
  CHECK(at::equal(packed_gradient, gradient.flatten()));
  for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
    const auto narrow = [&](const at::Tensor& x) {
      return x.scalar_type() == at::kByte ? x : x.to(type);
    };
    const auto [small, small_gradient] = with(narrow);
    const auto [wide, wide_gradient] =
        with([&](const at::Tensor& x) { return narrow(x).to(at::kFloat); });
    CHECK(small == wide);
    CHECK((small_gradient.scalar_type() == type));
    CHECK(at::equal(small_gradient, wide_gradient.to(type)));
  }
}

TEST_CASE("masked_ppo_gradients gives what backward() brings, and the sums") {
  const Named batch = random_batch();
  const at::Tensor loss = loss_of(batch);
  loss.backward();
  const torch::jit::Stack results = call("querl::masked_ppo_gradients", batch);
  CHECK(results[0].toTensor().numel() == kPpoSums);
  CHECK(results[0].toTensor().narrow(0, 0, 4).sum().to(at::kFloat).item<float>() ==
        loss.item<float>());
  for (size_t i = 0; i < 3; ++i)
    CHECK(at::equal(results[i + 1].toTensor(), batch.at(kTrained[i]).toTensor().grad()));
}

TEST_CASE("masked_ppo_gradients writes to memory that it is given") {
  Named batch = random_batch();
  const torch::jit::Stack fresh = call("querl::masked_ppo_gradients", batch);
  for (const char* name : kTrained)
    batch[std::string("into_") + name] = at::full({kRows, kColumns}, 7.f);
  const torch::jit::Stack results = call("querl::masked_ppo_gradients", batch);
  for (size_t i = 0; i < 3; ++i) {
    const at::Tensor into = batch.at(std::string("into_") + kTrained[i]).toTensor();
    CHECK(results[i + 1].toTensor().const_data_ptr() == into.const_data_ptr());
    CHECK(at::equal(into, fresh[i + 1].toTensor()));
  }
  batch["into_values"] = at::zeros({kRows, kColumns}).t();
  CHECK_THROWS_WITH_AS(call("querl::masked_ppo_gradients", batch),
                       "Expected into_values to be float32, contiguous and without a gradient of "
                       "its own, but got another tensor.",
                       Error);
}

TEST_CASE("masked_ppo trains the log-probs alone, also of no tokens") {
  const Named all = random_batch();
  Named batch;
  for (const char* name : {"logprobs", "old_logprobs", "advantages", "mask"})
    batch[name] = all.at(name);
  loss_of(batch).backward();
  CHECK(at::equal(batch["logprobs"].toTensor().grad(),
                  call("querl::masked_ppo_gradients", batch)[1].toTensor()));
  for (auto& [name, value] : batch) value = value.toTensor().detach().slice(0, 0, 0);
  batch["logprobs"] = batch["logprobs"].toTensor().requires_grad_();
  const at::Tensor loss = loss_of(batch);
  CHECK(loss.item<float>() == 0.f);
  loss.backward();
  CHECK(batch["logprobs"].toTensor().grad().numel() == 0);
}

TEST_CASE("without a gradient to compute masked_ppo makes none") {
  Named batch = random_batch();
  for (const char* name : kTrained) batch[name] = batch[name].toTensor().detach();
  CHECK(!loss_of(batch).requires_grad());
  batch["values"] = batch["returns"] = batch["entropies"] = c10::IValue();
  const torch::jit::Stack results = call("querl::masked_ppo_gradients", batch);
  CHECK(results[1].toTensor().defined());
  CHECK(!results[2].toTensor().defined());
  CHECK(!results[3].toTensor().defined());
}

void refuses(const Named& change, const char* message) {
  Named batch = random_batch();
  for (const auto& [name, value] : change) batch[name] = value;
  CHECK_THROWS_WITH_AS(loss_of(batch), message, Error);
}

TEST_CASE("masked_ppo says what is wrong with an argument") {
  refuses({{"advantages", at::zeros({3})}},
          "Expected advantages to be of shape (6, 50), as logprobs, but got (3).");
  refuses({{"logprobs", at::zeros({6, 50}, at::kDouble)}},
          "Expected logprobs to be float32, bfloat16 or float16, but got Double.");
  refuses({{"ratio", std::string("turn")}},
          "Expected ratio to be token or sequence, but got turn.");
  refuses({{"aggregation", std::string("constant")}},
          "Expected denominator to be positive, or 0 for the batch's own, but got 0.000000.");
  refuses({{"returns", c10::IValue()}}, "Expected returns to be given with values, but got None.");
  refuses({{"correction", std::string("token_mask")}, {"sampler_logprobs", c10::IValue()}},
          "Expected sampler_logprobs to be given with a correction, but got None.");
  refuses({{"dual_clip", 0.9}}, "Expected dual_clip to be 0 or above 1, but got 0.900000.");
  refuses({{"aggregation", std::string("micro_batches")}, {"micro_batches", at::arange(3)}},
          "Expected micro_batches to be 6 at last, the sequences, but got 2.");
}

}  // namespace
}  // namespace querl
