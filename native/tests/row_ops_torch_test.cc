// The operators over rows by LibTorch's dispatcher: views, what they write to, and wrong use. What
// they compute is checked in row_ops_test.cc.
#include <ATen/ATen.h>
#include <doctest/doctest.h>

#include "base/errors.h"
#include "lm/libtorch_operators.h"

namespace querl {
namespace {

// The message of the error that `call` throws.
template <class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

at::Tensor normal(at::IntArrayRef shape, at::ScalarType type = at::kFloat) {
  at::manual_seed(7);
  return at::randn(shape, at::kFloat).to(type);
}

}  // namespace

TEST_CASE("querl::rms_norm norms heads that are views of wider rows, in place") {
  for (const at::ScalarType type : {at::kFloat, at::kBFloat16, at::kHalf}) {
    const at::Tensor rows = normal({70, 96}, type), before = rows.clone();
    const at::Tensor heads = rows.narrow(1, 16, 64).view({70, 4, 16});
    const at::Tensor gain = normal({16}, type);
    operators::rms_norm(heads, {}, gain, 1e-6, heads, {}, {});
    const at::Tensor old = before.narrow(1, 16, 64).view({70, 4, 16}).to(at::kDouble);
    const at::Tensor expected =
        old / (old.square().mean(-1, true) + 1e-6).sqrt() * gain.to(at::kDouble);
    const double rounding = type == at::kFloat ? 1e-5 : type == at::kHalf ? 4e-3 : 3e-2;
    CHECK((heads.to(at::kDouble) - expected).abs().max().item<double>() <= rounding);
    CHECK(at::equal(rows.narrow(1, 0, 16), before.narrow(1, 0, 16)));
    CHECK(at::equal(rows.narrow(1, 80, 16), before.narrow(1, 80, 16)));
  }
}

TEST_CASE("operators over rows refuse what does not fit, and say what") {
  const at::Tensor x = normal({5, 8}), y = at::empty({5, 8}), gain = at::ones({8});
  CHECK(refusal([&] { operators::rms_norm(x, {}, at::ones({7}), 1e-6, y, {}, {}); }) ==
        "Expected gain to be of shape (8), but got (7).");
  CHECK(refusal([&] {
          operators::rms_norm(x, {}, gain, 1e-6, at::empty({5, 9}), {}, {});
        }) == "Expected y to be of shape (5, 8), but got (5, 9).");
  CHECK(refusal([&] {
          operators::rms_norm(x, {}, gain, 1e-6, at::empty({8, 5}).t(), {}, {});
        }) == "Expected y to be contiguous along its last axis, but got a stride of 5.");
  CHECK(refusal([&] { operators::rms_norm(x.to(at::kDouble), {}, gain, 1e-6, y, {}, {}); }) ==
        "Expected x to be float32, bfloat16 or float16, but got Double.");

  const at::Tensor heads = normal({5, 2, 8}), table = at::ones({3, 4});
  const at::Tensor positions = at::zeros({5}, at::kInt);
  positions[4] = 3;
  CHECK(refusal([&] { operators::rope(heads, positions, table, table, false); }) ==
        "Expected positions to be in [0, 3), but got 3 at 4.");
  CHECK(refusal([&] {
          operators::rope(heads, positions, at::ones({3, 3}), table, false);
        }) == "Expected cos to be of shape (3, 4), but got (3, 3).");

  CHECK(refusal([&] {
          operators::swiglu(normal({5, 7}), at::empty({5, 3}));
        }) == "Expected gate_up to be of shape (n, 2 f), but got (5, 7).");
  CHECK(refusal([&] {
          operators::swiglu(x, at::empty({5, 4}, at::kHalf));
        }) == "Expected out to be Float, but got Half.");
}

}  // namespace querl
