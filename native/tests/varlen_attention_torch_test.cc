// querl::varlen_attention against PyTorch's own attention and autograd in float64.
#include <ATen/ATen.h>
#include <doctest/doctest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/library.h>

#include <string>

#include "base/errors.h"
#include "torch/varlen_attention_call.h"

namespace querl {
namespace {

// Sums of some tens of fp32 products of magnitude 1.
constexpr double kTolerance = 1e-5;

std::tuple<at::Tensor, at::Tensor> attend(const at::Tensor& q, const at::Tensor& k,
                                          const at::Tensor& v, const at::Tensor& query_offsets,
                                          std::optional<at::Tensor> key_offsets = {},
                                          std::optional<double> scale = {}, int64_t window = 0) {
  return c10::Dispatcher::singleton()
      .findSchemaOrThrow("querl::varlen_attention", "")
      .typed<std::tuple<at::Tensor, at::Tensor>(
          const at::Tensor&, const at::Tensor&, const at::Tensor&, const at::Tensor&,
          const std::optional<at::Tensor>&, std::optional<double>, int64_t)>()
      .call(q, k, v, query_offsets, key_offsets, scale, window);
}

at::Tensor offsets(std::vector<int64_t> numbers) { return at::tensor(numbers); }

// One sequence after the other by PyTorch's attention, with an explicit mask.
at::Tensor expected(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                    const at::Tensor& query_offsets, const at::Tensor& key_offsets,
                    int64_t window) {
  std::vector<at::Tensor> outs;
  for (int64_t s = 0; s + 1 < query_offsets.size(0); ++s) {
    const auto part = [&](const at::Tensor& rows, const at::Tensor& begins) {
      const auto begin = begins[s].item<int64_t>(), end = begins[s + 1].item<int64_t>();
      at::Tensor heads = rows.slice(0, begin, end).transpose(0, 1);
      return heads.repeat_interleave(q.size(1) / heads.size(0), 0).unsqueeze(0);
    };
    const at::Tensor queries = part(q, query_offsets), keys = part(k, key_offsets);
    const int64_t n = queries.size(2), m = keys.size(2);
    at::Tensor seen = at::ones({n, m}, at::kBool).tril(m - n);
    if (window > 0) seen = seen.logical_and(at::ones({n, m}, at::kBool).triu(m - n - window + 1));
    outs.push_back(
        at::scaled_dot_product_attention(queries, keys, part(v, key_offsets), seen)[0].transpose(
            0, 1));
  }
  return at::cat(outs);
}

double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

TEST_CASE("views of one projection get the gradients of PyTorch's attention") {
  at::manual_seed(1);
  const int64_t heads = 4, kv_heads = 2, size = 16;
  const at::Tensor begins = offsets({0, 40, 41, 60});
  for (const int64_t window : {0, 7}) {
    CAPTURE(window);
    const at::Tensor fused = at::randn({60, (heads + 2 * kv_heads) * size});
    const at::Tensor slope = at::randn({60, heads, size});
    const auto run = [&](at::ScalarType type, const auto& attention) {
      at::Tensor leaf = fused.to(type).detach().clone().requires_grad_(true);
      const at::Tensor split = leaf.unflatten(1, {heads + 2 * kv_heads, size});
      const at::Tensor out =
          attention(split.slice(1, 0, heads), split.slice(1, heads, heads + kv_heads),
                    split.slice(1, heads + kv_heads));
      const auto gradients = torch::autograd::grad({out}, {leaf}, {slope.to(type)});
      return std::pair(out.detach(), gradients[0]);
    };
    const auto [out, gradient] =
        run(at::kFloat, [&](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
          return std::get<0>(attend(q, k, v, begins, {}, {}, window));
        });
    const auto [expected_out, expected_gradient] =
        run(at::kDouble, [&](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
          return expected(q, k, v, begins, begins, window);
        });
    CHECK(largest_difference(out, expected_out) < kTolerance);
    CHECK(largest_difference(gradient, expected_gradient) < kTolerance);
  }
}

TEST_CASE("the plain form, for devices without a kernel, is the same attention") {
  at::manual_seed(2);
  const int64_t size = 10;
  const at::Tensor q = at::randn({50, 4 * size}), k = at::randn({90, 2 * size}),
                   v = at::randn({90, 2 * size}), slope = at::randn({50, 4 * size});
  const at::Tensor queries = offsets({0, 30, 30, 50}), keys = offsets({0, 60, 65, 90});
  for (const int64_t window : {0, 9}) {
    CAPTURE(window);
    const VarlenCall call(q, k, v, queries, keys, size, window, 0.3);
    const at::Tensor out = at::empty_like(q), log_sums = at::empty({4, 50});
    plain_varlen_attention(call, out, log_sums);
    std::vector<at::Tensor> plain{at::empty_like(q), at::empty_like(k), at::empty_like(v)};
    plain_varlen_attention_backward(call, out, slope, log_sums, plain[0], plain[1], plain[2]);

    std::vector<at::Tensor> leaves;
    for (const at::Tensor& rows : {q, k, v})
      leaves.push_back(rows.view({rows.size(0), -1, size}).clone().requires_grad_(true));
    const auto [actual, sums] = attend(leaves[0], leaves[1], leaves[2], queries, keys, 0.3, window);
    CHECK(largest_difference(out, actual.flatten(1)) < kTolerance);
    CHECK(largest_difference(log_sums, sums) < kTolerance);
    const auto gradients = torch::autograd::grad({actual}, leaves, {slope.view({50, 4, size})});
    for (size_t i = 0; i < 3; ++i)
      CHECK(largest_difference(plain[i], gradients[i].flatten(1)) < kTolerance);
  }
}

TEST_CASE("no queries at all have no output, and keys without queries no gradient") {
  const at::Tensor q = at::empty({0, 2, 8}).requires_grad_(true);
  const at::Tensor k = at::randn({5, 1, 8}).requires_grad_(true);
  const at::Tensor v = at::randn({5, 1, 8}).requires_grad_(true);
  const at::Tensor out = std::get<0>(attend(q, k, v, offsets({0, 0}), offsets({0, 5})));
  CHECK(out.sizes() == at::IntArrayRef{0, 2, 8});
  const auto gradients = torch::autograd::grad({out.sum()}, {k, v});
  CHECK(gradients[0].eq(0).all().item<bool>());
  CHECK(gradients[1].eq(0).all().item<bool>());
}

TEST_CASE("arguments that do not fit are refused by name") {
  const at::Tensor q = at::randn({4, 2, 8}), k = at::randn({4, 1, 8});
  const at::Tensor begins = offsets({0, 4});
  const auto refused = [&](const auto& call, const std::string& expected) {
    try {
      call();
    } catch (const Error& error) {
      CHECK(std::string(error.what()).find(expected) != std::string::npos);
      return;
    }
    FAIL("nothing was thrown: " << expected);
  };
  refused([&] { attend(q, k, k, offsets({0, 3})); }, "query_offsets to be the number of rows, 4");
  refused(
      [&] {
        attend(q, k, k, offsets({0, 2, 4}), offsets({0, 1, 4}));
      },
      "a key for each of its 2 queries");
  refused([&] { attend(q, at::randn({4, 3, 8}), k, begins); }, "multiple of k's 3 heads");
  refused([&] { attend(q, k, at::randn({4, 1, 6}), begins); }, "Expected v");
  refused([&] { attend(q, k.to(at::kHalf), k, begins); }, "Expected k");
  refused([&] { attend(q.to(at::kDouble), k, k, begins); }, "Expected q");
  refused([&] { attend(q, k, k, begins, {}, {}, -1); }, "Expected window");
}

}  // namespace
}  // namespace querl
