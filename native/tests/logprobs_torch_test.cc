// querl::logits_logprobs and querl::linear_logprobs against PyTorch's autograd through log_softmax.
#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <doctest/doctest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

#include <string>
#include <tuple>
#include <vector>

#include "base/errors.h"
#include "tests/cases.h"

namespace querl {
namespace {

// Both sum up to a few thousand terms of magnitude 1 in fp32, in another order.
constexpr double kFp32 = 2e-5;
// PyTorch rounds the logits themselves to bfloat16 (8 significant bits, logits up to 8), we do not.
constexpr double kBfloat16 = 4e-2;

struct Scores {
  at::Tensor logprobs, entropies;
};

Scores logits_logprobs(const at::Tensor& logits, const at::Tensor& targets, double temperature = 1,
                       bool in_place = false) {
  static const auto op = c10::Dispatcher::singleton()
                             .findSchemaOrThrow("querl::logits_logprobs", "")
                             .typed<std::tuple<at::Tensor, at::Tensor>(
                                 const at::Tensor&, const at::Tensor&, double, bool)>();
  const auto [logprobs, entropies] = op.call(logits, targets, temperature, in_place);
  return {logprobs, entropies};
}

Scores linear_logprobs(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& targets,
                       double temperature = 1) {
  static const auto op =
      c10::Dispatcher::singleton()
          .findSchemaOrThrow("querl::linear_logprobs", "")
          .typed<std::tuple<at::Tensor, at::Tensor>(const at::Tensor&, const at::Tensor&,
                                                    const at::Tensor&, double)>();
  const auto [logprobs, entropies] = op.call(hidden, head, targets, temperature);
  return {logprobs, entropies};
}

Scores reference(const at::Tensor& logits, const at::Tensor& targets, double temperature) {
  const at::Tensor all = at::log_softmax(logits.to(at::kFloat) / temperature, -1);
  const at::Tensor kept = targets.ge(0);
  const at::Tensor logprobs = all.gather(-1, targets.clamp_min(0).unsqueeze(-1)).squeeze(-1);
  const at::Tensor entropies = -(all.exp() * all).sum(-1);
  const at::Tensor zero = at::zeros({}, logprobs.options());
  return {at::where(kept, logprobs, zero), at::where(kept, entropies, zero)};
}

at::Tensor leaf(const at::Tensor& values) { return values.detach().clone().requires_grad_(); }

// Every fourth is ignored.
at::Tensor random_targets(at::IntArrayRef shape, int64_t vocab) {
  at::Tensor targets = at::randint(vocab, shape, at::kLong);
  targets.view({-1}).slice(0, 3, at::nullopt, 4).fill_(-1);
  return targets;
}

std::vector<at::Tensor> gradients(const Scores& scores, const std::vector<at::Tensor>& inputs,
                                  const at::Tensor& by_logprob, const at::Tensor& by_entropy) {
  return torch::autograd::grad({scores.logprobs, scores.entropies}, inputs,
                               {by_logprob, by_entropy});
}

// The largest difference over the largest expected magnitude, or 1.
double difference(const at::Tensor& actual, const at::Tensor& expected) {
  CHECK(actual.sizes() == expected.sizes());
  if (expected.numel() == 0) return 0;
  const at::Tensor a = actual.to(at::kDouble), b = expected.to(at::kDouble);
  return ((a - b).abs().max() / b.abs().max().clamp_min(1e-3)).item<double>();
}

TEST_CASE("logits_logprobs and its gradient equal autograd through log_softmax") {
  at::manual_seed(1);
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16})
    for (const int64_t tokens : kSizes)
      for (const bool in_place : {false, true}) {
        CAPTURE(tokens);
        CAPTURE(in_place);
        const at::Tensor values = at::randn({tokens, 67}).to(type);
        const at::Tensor targets = random_targets({tokens}, 67);
        const at::Tensor ours = leaf(values), theirs = leaf(values);
        // In place needs logits that were computed.
        const Scores scores = logits_logprobs(ours * 1, targets, 0.7, in_place);
        const Scores expected = reference(theirs, targets, 0.7);
        CHECK(difference(scores.logprobs, expected.logprobs) < kFp32);
        CHECK(difference(scores.entropies, expected.entropies) < kFp32);
        const at::Tensor by_logprob = at::randn({tokens}), by_entropy = at::randn({tokens});
        CHECK(difference(gradients(scores, {ours}, by_logprob, by_entropy)[0],
                         gradients(expected, {theirs}, by_logprob, by_entropy)[0]) <
              (type == at::kFloat ? kFp32 : kBfloat16));
      }
}

TEST_CASE("linear_logprobs and both gradients equal autograd through log_softmax") {
  at::manual_seed(2);
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16})
    for (const int64_t tokens : kSizes) {
      CAPTURE(tokens);
      const at::Tensor hidden = at::randn({tokens, 48}).to(type);
      const at::Tensor head = (at::randn({101, 48}) * 0.2).to(type);
      const at::Tensor targets = random_targets({tokens}, 101);
      const std::vector<at::Tensor> ours{leaf(hidden), leaf(head)},
          theirs{leaf(hidden), leaf(head)};
      const Scores scores = linear_logprobs(ours[0], ours[1], targets, 1.3);
      const Scores expected = reference(
          at::matmul(theirs[0].to(at::kFloat), theirs[1].to(at::kFloat).t()), targets, 1.3);
      CHECK((scores.logprobs.scalar_type() == at::kFloat));
      CHECK(difference(scores.logprobs, expected.logprobs) < kFp32);
      CHECK(difference(scores.entropies, expected.entropies) < kFp32);
      const at::Tensor by_logprob = at::randn({tokens}), by_entropy = at::randn({tokens});
      const auto actual = gradients(scores, ours, by_logprob, by_entropy);
      const auto wanted = gradients(expected, theirs, by_logprob, by_entropy);
      for (size_t i = 0; i < 2; ++i) {
        CHECK((actual[i].scalar_type() == type));
        CHECK(difference(actual[i], wanted[i]) < (type == at::kFloat ? kFp32 : kBfloat16));
      }
    }
}

TEST_CASE("leading axes and transposed inputs come to the same") {
  at::manual_seed(3);
  const at::Tensor hidden = at::randn({20, 5, 3}).permute({2, 1, 0});  // (3, 5, 20)
  const at::Tensor head = at::randn({20, 41}).t();
  const at::Tensor targets = random_targets({3, 5}, 41);
  const std::vector<at::Tensor> ours{leaf(hidden), leaf(head)}, theirs{leaf(hidden), leaf(head)};
  const Scores scores = linear_logprobs(ours[0], ours[1], targets);
  const Scores expected = reference(at::matmul(theirs[0], theirs[1].t()), targets, 1);
  CHECK(difference(scores.logprobs, expected.logprobs) < kFp32);
  const at::Tensor ones = at::ones({3, 5});
  const auto actual = gradients(scores, ours, ones, ones);
  const auto wanted = gradients(expected, theirs, ones, ones);
  CHECK(difference(actual[0], wanted[0]) < kFp32);
  CHECK(difference(actual[1], wanted[1]) < kFp32);

  const at::Tensor logits = at::randn({41, 5, 3}).permute({2, 1, 0});
  const at::Tensor mine = leaf(logits), other = leaf(logits);
  const Scores from_logits = logits_logprobs(mine, targets.to(at::kInt));
  const Scores from_softmax = reference(other, targets, 1);
  CHECK(difference(from_logits.entropies, from_softmax.entropies) < kFp32);
  CHECK(difference(gradients(from_logits, {mine}, ones, ones)[0],
                   gradients(from_softmax, {other}, ones, ones)[0]) < kFp32);
}

TEST_CASE("LibTorch's own bfloat16 products are the same before and after ours") {
  // Both may use the tiles of AMX, whose configuration is state of the thread.
  const at::Tensor a = at::randn({256, 256}).to(at::kBFloat16);
  const at::Tensor before = at::matmul(a, a);
  const at::Tensor head = leaf(at::randn({300, 256}).to(at::kBFloat16));
  const Scores scores = linear_logprobs(a, head, random_targets({256}, 300));
  CHECK(at::equal(at::matmul(a, a), before));
  gradients(scores, {head}, at::ones({256}), at::ones({256}));
  CHECK(at::equal(at::matmul(a, a), before));
  CHECK(at::equal(linear_logprobs(a, head, random_targets({256}, 300)).entropies.ge(0),
                  at::ones({256}, at::kBool)));
}

TEST_CASE("a head that needs no gradient gets none, nor do hidden states") {
  const at::Tensor hidden = at::randn({4, 8}), head = at::randn({9, 8});
  const at::Tensor targets = at::zeros({4}, at::kLong);
  const at::Tensor trained = leaf(hidden);
  linear_logprobs(trained, head, targets).logprobs.sum().backward();
  CHECK(trained.grad().defined());
  CHECK_FALSE(head.grad().defined());
  const at::Tensor trained_head = leaf(head);
  linear_logprobs(hidden, trained_head, targets).logprobs.sum().backward();
  CHECK(trained_head.grad().defined());
  CHECK_FALSE(linear_logprobs(hidden, head, targets).logprobs.requires_grad());
}

TEST_CASE("logits that became their gradient cannot be used again by autograd") {
  const at::Tensor values = leaf(at::randn({3, 10}));
  const at::Tensor targets = at::zeros({3}, at::kLong);
  const at::Tensor logits = values * 1;
  const at::Tensor loss = logits_logprobs(logits, targets, 1, true).logprobs.sum();
  const at::Tensor other = (logits * logits).sum();  // saves the logits
  loss.backward({}, /*retain_graph=*/true);
  CHECK_THROWS_WITH_AS(loss.backward(), doctest::Contains("modified by an inplace operation"),
                       c10::Error);
  CHECK_THROWS_WITH_AS(other.backward(), doctest::Contains("modified by an inplace operation"),
                       c10::Error);
}

TEST_CASE("in place, the gradient takes the memory of the logits") {
  const at::Tensor values = leaf(at::randn({3, 10}));
  const at::Tensor logits = values * 1;
  const void* before = logits.data_ptr();
  const Scores scores = logits_logprobs(logits, at::zeros({3}, at::kLong), 1, true);
  const at::Tensor gradient = torch::autograd::grad({scores.logprobs.sum()}, {logits})[0];
  CHECK(gradient.data_ptr() == before);
}

TEST_CASE("wrong arguments are named") {
  const at::Tensor hidden = at::randn({4, 8}), head = at::randn({9, 8});
  const at::Tensor targets = at::zeros({4}, at::kLong);
  const auto refuses = [](const auto& call, const char* message) {
    CHECK_THROWS_WITH_AS(call(), doctest::Contains(message), Error);
  };
  refuses([&] { linear_logprobs(hidden.to(at::kDouble), head, targets); },
          "Expected hidden to be float32 or bfloat16, but got Double.");
  refuses([&] { linear_logprobs(hidden, head.to(at::kBFloat16), targets); },
          "Expected head to be Float as hidden, but got BFloat16.");
  refuses([&] { linear_logprobs(hidden, head.t(), targets); }, "but got [4, 8] and [8, 9].");
  refuses([&] { linear_logprobs(hidden, head, targets.slice(0, 1)); },
          "Expected targets to have shape (4), but got (3).");
  refuses([&] { linear_logprobs(hidden, head, targets + 9); },
          "Expected targets to be below 9, but got 9 at 0.");
  refuses([&] { linear_logprobs(hidden, head, targets.to(at::kFloat)); },
          "Expected targets to be int64 or int32, but got Float.");
  refuses([&] { linear_logprobs(hidden, head, targets, 0); },
          "Expected temperature to be a positive number, but got 0.");
  refuses([&] { logits_logprobs(hidden.to(at::kHalf), targets); },
          "Expected logits to be float32 or bfloat16, but got Half.");
  refuses([&] { logits_logprobs(leaf(hidden), targets, 1, true); },
          "but got a leaf that requires a gradient.");
  refuses([&] { logits_logprobs(hidden, targets + 8); },
          "Expected targets to be below 8, but got 8 at 0.");
}

}  // namespace
}  // namespace querl
