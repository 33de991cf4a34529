#include "kernels/outer_product.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "kernels/half.h"
#include "kernels/thread_pool.h"

namespace querl {
namespace {

std::vector<uint16_t> drawn(int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, 1.f);
  std::vector<uint16_t> numbers(static_cast<size_t>(count));
  for (uint16_t& number : numbers) number = to_bfloat16(normal(random));
  return numbers;
}

std::vector<float> product(const OuterProduct& shape, int threads, const LinearIsa& isa) {
  OuterProduct job = shape;
  std::vector<float> gradient(static_cast<size_t>(job.n * job.stride), 0.5f);
  job.gradient = gradient.data();
  const size_t bytes = (outer_product_bytes(job, threads, isa) + 63) / 64 * 64;
  const std::unique_ptr<void, decltype(&std::free)> memory(std::aligned_alloc(64, bytes),
                                                           &std::free);
  ThreadPool pool(threads);
  outer_product(job, memory.get(), pool, isa);
  return gradient;
}

}  // namespace

TEST_CASE("G += Y^T X is that of float64, on every instruction set and any number of threads") {
  std::vector<LinearIsa> sets{{Isa::kPortable, Bf16Isa::kConvert}, {best_isa(), Bf16Isa::kConvert}};
  if (best_bf16_isa() != Bf16Isa::kConvert) sets.push_back({best_isa(), Bf16Isa::kAvx512});
  if (best_bf16_isa() == Bf16Isa::kAmx) sets.push_back({best_isa(), Bf16Isa::kAmx});
  const int64_t shapes[][3] = {{1, 1, 1}, {33, 40, 31}, {70, 96, 64}, {400, 1100, 500}};
  for (const auto& [m, n, k] : shapes) {
    const int64_t y_stride = n + 3, x_stride = k + 1, stride = k + 2;
    const std::vector<uint16_t> y = drawn(m * y_stride, 1), x = drawn(m * x_stride, 2);
    const OuterProduct job{m,
                           n,
                           k,
                           {y.data(), y_stride, FloatType::kBfloat16},
                           {x.data(), x_stride, FloatType::kBfloat16},
                           nullptr,
                           stride};
    std::vector<double> expected(static_cast<size_t>(n * stride), 0.5);
    std::vector<double> xs, ys;
    for (const uint16_t bits : x) xs.push_back(static_cast<double>(from_bfloat16(bits)));
    for (const uint16_t bits : y) ys.push_back(static_cast<double>(from_bfloat16(bits)));
    for (int64_t t = 0; t < m; ++t)
      for (int64_t i = 0; i < n; ++i)
        for (int64_t j = 0; j < k; ++j)
          expected[static_cast<size_t>(i * stride + j)] +=
              ys[static_cast<size_t>(t * y_stride + i)] * xs[static_cast<size_t>(t * x_stride + j)];
    for (const LinearIsa& isa : sets) {
      if (m == 400 && isa.isa == Isa::kPortable) continue;  // seconds
      CAPTURE(m);
      CAPTURE(bf16_isa_name(isa.bf16));
      const std::vector<float> one = product(job, 1, isa);
      double most = 0;
      for (size_t i = 0; i < one.size(); ++i)
        most = std::max(most, std::abs(static_cast<double>(one[i]) - expected[i]));
      CHECK(most <= 2e-4);  // sums of up to 400 products of magnitude 1, in fp32
      CHECK(product(job, 3, isa) == one);
    }
  }
}

}  // namespace querl
