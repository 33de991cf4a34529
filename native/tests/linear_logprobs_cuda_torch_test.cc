// The chunk loop that linear_logprobs runs on CUDA, with its kernels on the host
// (emulated_cuda/emulator.h) and LibTorch's products on the CPU, against float64 autograd.
#include "torch/cuda/linear_logprobs_loop.h"

#include <ATen/ATen.h>
#include <doctest/doctest.h>
#include <torch/csrc/autograd/generated/variable_factories.h>

namespace querl {
namespace {

struct Inputs {
  at::Tensor hidden, head, targets, d_logprobs, d_entropies;
};

Inputs random_inputs(int64_t tokens, int64_t width, int64_t vocab) {
  at::manual_seed(static_cast<uint64_t>(tokens * 131 + vocab));
  return {at::randn({tokens, width}), at::randn({vocab, width}), at::randint(vocab, {tokens}),
          at::randn({tokens}), at::randn({tokens})};
}

void check_close(const at::Tensor& actual, const at::Tensor& expected, double tolerance) {
  REQUIRE(actual.sizes() == expected.sizes());
  if (actual.numel() == 0) return;
  const at::Tensor error = (actual.to(at::kDouble) - expected).abs() / expected.abs().clamp_min(1);
  CHECK(error.max().item<double>() <= tolerance);
}

// Sums of `width` products of numbers of size 1 in float32, then of up to 5000 shares.
constexpr double kFloat32 = 2e-5;

void check(const Inputs& in, double temperature, int64_t chunk_bytes, std::array<bool, 2> wanted) {
  const auto [logprobs, entropies, maxima, log_sums] =
      linear_logprobs_forward(in.hidden, in.head, in.targets, temperature, nullptr, chunk_bytes);
  const auto [d_hidden, d_head] = linear_logprobs_backward(
      in.hidden, in.head, in.targets, {entropies, maxima, log_sums, in.d_logprobs, in.d_entropies},
      temperature, wanted, nullptr, chunk_bytes);

  at::Tensor hidden = in.hidden.to(at::kDouble).requires_grad_();
  at::Tensor head = in.head.to(at::kDouble).requires_grad_();
  const at::Tensor all = at::log_softmax(at::mm(hidden, head.t()) / temperature, -1);
  const at::Tensor twin = all.gather(1, in.targets.unsqueeze(1)).squeeze(1);
  const at::Tensor twin_entropies = -(all.exp() * all).sum(-1);
  check_close(logprobs, twin.detach(), kFloat32);
  check_close(entropies, twin_entropies.detach(), kFloat32);
  (twin * in.d_logprobs + twin_entropies * in.d_entropies).sum().backward();
  CHECK(d_hidden.defined() == wanted[0]);
  CHECK(d_head.defined() == wanted[1]);
  if (wanted[0]) check_close(d_hidden, hidden.grad(), 10 * kFloat32);
  if (wanted[1]) check_close(d_head, head.grad(), 10 * kFloat32);
}

TEST_CASE("linear_logprobs by chunks equals float64 autograd") {
  check(random_inputs(5, 16, 100), 1, kChunkBytes, {true, true});
  // 4096 columns a chunk: three of them, the last one narrower; then one exactly.
  check(random_inputs(3, 8, 2 * 4096 + 77), .7, 1, {true, true});
  check(random_inputs(2, 8, 4096), 1, 1, {true, true});
  check(random_inputs(1, 8, 5000), 1, 1, {true, true});
}

TEST_CASE("linear_logprobs by chunks computes only the gradients that are wanted") {
  for (const bool first : {false, true})
    for (const bool second : {false, true}) check(random_inputs(3, 8, 5000), 1, 1, {first, second});
}

TEST_CASE("linear_logprobs by chunks of no tokens is empty, and the head's gradient 0") {
  const Inputs in = random_inputs(0, 8, 50);
  const auto [logprobs, entropies, maxima, log_sums] =
      linear_logprobs_forward(in.hidden, in.head, in.targets, 1, nullptr);
  CHECK(logprobs.numel() == 0);
  const auto [d_hidden, d_head] =
      linear_logprobs_backward(in.hidden, in.head, in.targets,
                               {entropies, maxima, log_sums, {}, {}}, 1, {true, true}, nullptr);
  CHECK(d_hidden.numel() == 0);
  CHECK(d_head.abs().sum().item<double>() == 0);
}

TEST_CASE("a chunk is wide, and never takes more than its budget unless there are many tokens") {
  for (const int64_t tokens : {0, 1, 100, 4096, 8192, 70000})
    for (const int64_t vocab : {1, 4097, 151936}) {
      const int64_t columns = chunk_columns(tokens, vocab);
      CHECK(columns >= std::min<int64_t>(vocab, 4096));
      CHECK(columns <= vocab);
      if (tokens <= 16384) CHECK(columns * tokens * 4 <= kChunkBytes);
    }
  CHECK(chunk_columns(4096, 151936) == 16384);
}

}  // namespace
}  // namespace querl
