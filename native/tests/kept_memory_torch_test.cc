// Memory that is kept from one step to the next.
#include <ATen/ATen.h>
#include <doctest/doctest.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "torch/kept_memory.h"

namespace querl {
namespace {

TEST_CASE("a tensor's memory is used again once the last tensor on it is gone, and not before") {
  release_kept_memory();
  const at::Tensor like = at::zeros({300, 100});
  at::Tensor first = kept_floats_like(like);
  const at::Tensor view = first[7];
  const void* place = first.const_data_ptr();
  CHECK(first.sizes().equals(like.sizes()));
  CHECK(reinterpret_cast<uintptr_t>(place) % 64 == 0);
  first.reset();
  at::Tensor second = kept_floats_like(like);
  CHECK(second.const_data_ptr() != place);  // the view holds it
  const_cast<at::Tensor&>(view).reset();
  CHECK(kept_floats_like(like).const_data_ptr() == place);
  CHECK(kept_floats_like(at::zeros({30'001})).const_data_ptr() != place);  // of another size
}

TEST_CASE("empty and small tensors are as others") {
  CHECK(kept_floats_like(at::zeros({0, 3})).sizes().equals({0, 3}));
  CHECK((kept_floats_like(at::zeros({5}, at::kDouble)).scalar_type() == at::kFloat));
}

TEST_CASE("more than is kept, and threads that give and take at once, lose nothing") {
  const auto churn = [](int64_t seed) {
    for (int64_t i = 0; i < 200; ++i) {
      std::vector<at::Tensor> held;
      for (int64_t j = 0; j < 12; ++j)
        held.push_back(kept_floats_like(at::empty({20'000 + 16 * ((seed + i * j) % 5)})));
      for (size_t j = 0; j < held.size(); ++j) held[j].fill_(static_cast<double>(j));
      for (size_t j = 0; j < held.size(); ++j)
        if (held[j].sum().item<double>() != static_cast<double>(j) * double(held[j].numel()))
          return false;
    }
    return true;
  };
  bool others = false;
  std::thread other([&] { others = churn(3); });
  const bool own = churn(1);
  other.join();
  CHECK(own);
  CHECK(others);
  release_kept_memory();
}

}  // namespace
}  // namespace querl
