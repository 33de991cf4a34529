#include "torch/custom_function.h"

#include <ATen/ATen.h>
#include <doctest/doctest.h>
#include <torch/csrc/autograd/autograd.h>

#include <memory>
#include <stdexcept>

#include "base/errors.h"

namespace querl {
namespace {

// x y with its gradients, by callbacks. Both keep `alive` alive.
std::vector<at::Tensor> product(const at::Tensor& x, const at::Tensor& y,
                                const std::shared_ptr<int>& alive = nullptr) {
  return apply_custom_function(
      {x, y},
      [](at::TensorList inputs) {
        return CustomForward{{inputs[0] * inputs[1]}, {inputs[0], inputs[1]}};
      },
      [alive](const CustomGradients& given) {
        const at::Tensor& gradient = given.of_outputs[0];
        return std::vector<at::Tensor>{given.needed[0] ? gradient * given.saved[1] : at::Tensor(),
                                       given.needed[1] ? gradient * given.saved[0] : at::Tensor()};
      });
}

at::Tensor leaf(std::initializer_list<double> values) {
  return at::tensor(std::vector<double>(values)).set_requires_grad(true);
}

TEST_CASE("a custom function's gradients are those of its formula") {
  const at::Tensor x = leaf({1, 2, 3}), y = leaf({4, 5, 6});
  product(x, y)[0].sum().backward();
  CHECK(at::equal(x.grad(), y));
  CHECK(at::equal(y.grad(), x));
}

TEST_CASE("a custom function can be differentiated twice") {
  const at::Tensor x = leaf({2, 3});
  const at::Tensor cube = product(product(x, x)[0], x)[0].sum();
  const at::Tensor first = torch::autograd::grad({cube}, {x}, {}, true, true)[0];
  const at::Tensor second = torch::autograd::grad({first.sum()}, {x})[0];
  CHECK(at::allclose(first, 3 * x * x));
  CHECK(at::allclose(second, 6 * x));
}

TEST_CASE("a custom function knows which inputs need a gradient") {
  const at::Tensor x = leaf({1, 2}), y = at::tensor({3., 4.});
  product(x, y)[0].sum().backward();
  CHECK(at::equal(x.grad(), y));
  CHECK(!y.grad().defined());
}

TEST_CASE("a custom function of inputs without gradients records nothing") {
  const auto alive = std::make_shared<int>();
  const at::Tensor result = product(at::tensor({1., 2.}), at::tensor({3., 4.}), alive)[0];
  CHECK(!result.requires_grad());
  CHECK(alive.use_count() == 1);
}

TEST_CASE("what backward() throws comes out as it was thrown") {
  struct Mine : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const at::Tensor x = leaf({1});
  const at::Tensor result = apply_custom_function(
      {x},
      [](at::TensorList inputs) {
        return CustomForward{{inputs[0] * 2}, {}};
      },
      [](const CustomGradients&) -> std::vector<at::Tensor> { throw Mine("no"); })[0];
  CHECK_THROWS_AS(result.backward(), Mine);
}

TEST_CASE("a wrong number of gradients and a changed input are errors") {
  const at::Tensor x = leaf({1});
  const auto none = [](const CustomGradients&) { return std::vector<at::Tensor>{}; };
  const at::Tensor result = apply_custom_function(
      {x},
      [](at::TensorList inputs) {
        return CustomForward{{inputs[0] * 2}, {}};
      },
      none)[0];
  CHECK_THROWS_AS(result.backward(), Error);
  const at::Tensor plain = at::ones({2});
  CHECK_THROWS_AS(apply_custom_function(
                      {plain},
                      [](at::TensorList inputs) {
                        inputs[0].mul_(2);
                        return CustomForward{{inputs[0] * 2}, {}};
                      },
                      none),
                  Error);
}

TEST_CASE("an input that forward() returns is another tensor behind the function") {
  const at::Tensor x = leaf({1, 2});
  const at::Tensor same = apply_custom_function(
      {x},
      [](at::TensorList inputs) {
        return CustomForward{{inputs[0]}, {}};
      },
      [](const CustomGradients& given) {
        return std::vector<at::Tensor>{given.of_outputs[0] * 3};
      })[0];
  CHECK(!same.is_same(x));
  same.sum().backward();
  CHECK(at::equal(x.grad(), at::full({2}, 3., x.options())));
}

TEST_CASE("callback and saved tensors are freed with the graph") {
  const auto alive = std::make_shared<int>();
  const at::Tensor x = leaf({1, 2});
  at::Tensor held = at::tensor({3., 4.});
  const auto weak = c10::weak_intrusive_ptr<c10::TensorImpl>(held.getIntrusivePtr());
  {
    const at::Tensor result = product(x, held, alive)[0];
    held.reset();
    CHECK(alive.use_count() == 2);
    CHECK(!weak.expired());
    SUBCASE("which backward() does not retain") {
      result.sum().backward();
      CHECK(weak.expired());
    }
    SUBCASE("when nothing holds it") {}
  }
  CHECK(alive.use_count() == 1);
  CHECK(weak.expired());
}

TEST_CASE("an output that is saved does not keep its own graph alive") {
  const auto alive = std::make_shared<int>();
  {
    const at::Tensor x = leaf({1, 2});
    const at::Tensor result = apply_custom_function(
        {x},
        [](at::TensorList inputs) {
          const at::Tensor power = inputs[0].exp();
          return CustomForward{{power}, {power}};
        },
        [alive](const CustomGradients& given) {
          return std::vector<at::Tensor>{given.of_outputs[0] * given.saved[0]};
        })[0];
    result.sum().backward({}, true);
    CHECK(at::allclose(x.grad(), x.exp()));
  }
  CHECK(alive.use_count() == 1);
}

}  // namespace
}  // namespace querl
