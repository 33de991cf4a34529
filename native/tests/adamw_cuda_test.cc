// The CUDA kernels of AdamW and of the norm, run on the host (emulated_cuda/emulator.h), against
// the CPU's and a float64 twin.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/cuda/adamw.cuh"
#include "kernels/cuda/norm.cuh"
#include "kernels/thread_pool.h"

namespace querl {
namespace {

// 4096 elements are a chunk of AdamW's, 16384 one of the norm's; 70 tensors are more than one
// launch.
std::vector<int64_t> sizes() {
  std::vector<int64_t> all{0, 1, 31, 33, 4096, 4097, 16384, 16385, 40000};
  all.insert(all.end(), 61, 5);
  return all;
}

// The buffers of all tensors, each in an allocation of its own, `shift` floats behind its start.
struct Parameters {
  std::vector<std::vector<float>> weights, gradients, first_moments, second_moments;
  int64_t shift;

  Parameters(const std::vector<int64_t>& counts, int64_t shift) : shift(shift) {
    std::mt19937 random(11);
    std::normal_distribution<float> normal;
    for (const int64_t count : counts) {
      for (auto* all : {&weights, &gradients, &first_moments, &second_moments}) {
        all->emplace_back(static_cast<size_t>(count + shift));
        for (float& x : all->back()) x = normal(random);
      }
      for (float& x : second_moments.back()) x *= x;
    }
  }

  std::vector<AdamWTensor> views() {
    std::vector<AdamWTensor> all;
    for (size_t i = 0; i < weights.size(); ++i)
      all.push_back({weights[i].data() + shift, gradients[i].data() + shift,
                     first_moments[i].data() + shift, second_moments[i].data() + shift,
                     static_cast<int64_t>(weights[i].size()) - shift});
    return all;
  }
};

TEST_CASE("AdamW's CUDA kernel updates every element of every tensor as the CPU's does") {
  const AdamWStep step{0.01f, 0.9f, 0.98f, 1e-8f, 0.1f, 3, 0.5f};
  for (const int64_t shift : {0, 1}) {
    CAPTURE(shift);
    Parameters cuda(sizes(), shift), cpu(sizes(), shift);
    ThreadPool pool(1);
    REQUIRE(adamw_cuda(step, cuda.views(), nullptr) == cudaSuccess);
    adamw(step, cpu.views(), pool);
    int wrong = 0;
    const auto compare = [&](const auto& actual, const auto& expected) {
      for (size_t i = 0; i < actual.size(); ++i)
        for (size_t j = 0; j < actual[i].size(); ++j) {
          const double size = std::max(1., std::abs(double(expected[i][j])));
          // Some roundings of 6e-8, in another order where a product and a sum are fused.
          wrong += !(std::abs(double(actual[i][j]) - double(expected[i][j])) < 1e-6 * size);
        }
    };
    compare(cuda.weights, cpu.weights);
    compare(cuda.first_moments, cpu.first_moments);
    compare(cuda.second_moments, cpu.second_moments);
    CHECK(wrong == 0);
  }
}

double norm_on_cuda(std::vector<AdamWTensor> tensors) {
  std::vector<NormTensor> views;
  for (const AdamWTensor& tensor : tensors) views.push_back({tensor.gradients, tensor.count});
  std::vector<double> workspace(norm_workspace_bytes(views) / sizeof(double) + 1);
  double norm = -1;
  REQUIRE(norm_cuda(views, &norm, workspace.data(), nullptr) == cudaSuccess);
  return norm;
}

TEST_CASE("the norm on CUDA is that of all elements, in float64") {
  for (const int64_t shift : {0, 1}) {
    CAPTURE(shift);
    Parameters all(sizes(), shift);
    double squares = 0;
    for (const AdamWTensor& tensor : all.views())
      for (int64_t i = 0; i < tensor.count; ++i)
        squares += double(tensor.gradients[i]) * double(tensor.gradients[i]);
    // 64 squares add up in float32 before float64 takes over.
    CHECK(norm_on_cuda(all.views()) == doctest::Approx(std::sqrt(squares)).epsilon(1e-6));
  }
  CHECK(norm_on_cuda({}) == 0);
}

TEST_CASE("a NaN or an infinity anywhere makes the norm on CUDA not finite") {
  for (const float wrong :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()})
    for (const size_t at : {size_t{0}, size_t{20000}, size_t{39999}}) {
      Parameters all({40000}, 0);
      all.gradients[0][at] = wrong;
      CHECK_FALSE(std::isfinite(norm_on_cuda(all.views())));
    }
}

}  // namespace
}  // namespace querl
