// GFLOP/s of the dense kernels on one thread, for the shapes of a small decoder.
#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

#include "kernels/dense.h"

namespace querl {
namespace {

std::vector<float> random_floats(int64_t count) {
  static std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> all(static_cast<size_t>(count));
  for (float& x : all) x = normal(random);
  return all;
}

// The best of several rounds: what the machine can do when nobody else uses it.
template <class Work>
double gflops(double flops, const Work& work) {
  const int repeats = static_cast<int>(2e8 / flops) + 1;
  double best = 1e30;
  for (int round = 0; round < 7; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < repeats; ++i) work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    best = std::min(best, took.count() / repeats);
  }
  return flops / best * 1e-9;
}

void report(const DenseKernels& dense, int64_t m, int64_t n, int64_t k) {
  const auto a = random_floats(m * k), w = random_floats(n * k);
  auto y = random_floats(m * n), g = random_floats(n * k);
  std::vector<float> packed(static_cast<size_t>(packed_size(n, k)));
  dense.pack(w.data(), n, k, k, 1, packed.data());
  const double flops = 2.0 * static_cast<double>(m * n * k);
  const double forward = gflops(
      flops, [&] { dense.gemm(a.data(), k, m, packed.data(), n, k, nullptr, false, y.data(), n); });
  const double outer =
      gflops(flops, [&] { dense.gemm_outer(y.data(), n, a.data(), k, m, n, k, g.data(), k); });
  std::printf("%6ld %6ld %6ld  %8.1f  %8.1f\n", m, n, k, forward, outer);
}

}  // namespace
}  // namespace querl

int main() {
  using namespace querl;
  const int64_t shapes[][3] = {{1, 128, 64},    {1, 384, 64},     {1, 608, 64},   {4, 384, 64},
                               {8, 384, 64},    {16, 384, 64},    {64, 384, 64},  {128, 128, 64},
                               {128, 64, 64},   {128, 384, 64},   {128, 64, 192}, {128, 608, 64},
                               {256, 384, 64},  {256, 64, 192},   {400, 384, 64}, {256, 896, 896},
                               {512, 512, 512}, {256, 4864, 896}, {1, 4864, 896}};
  for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512}) {
    if (isa > best_isa()) continue;
    std::printf("%s\n     m      n      k      gemm     outer  GFLOP/s\n", isa_name(isa));
    for (const auto& [m, n, k] : shapes) report(dense_kernels(isa), m, n, k);
  }
}
