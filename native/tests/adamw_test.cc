// AdamW and the gradient's norm against float64 twins, and the thread pool that carries them.
#include <doctest/doctest.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

#include "kernels/adamw.h"
#include "kernels/cpu/adamw_tables.h"
#include "kernels/isa.h"
#include "kernels/thread_pool.h"

namespace querl {
namespace {

std::vector<float> random_floats(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> all(count);
  for (float& x : all) x = normal(random);
  return all;
}

TEST_CASE("AdamW follows the float64 recurrence over steps") {
  for (const size_t count : {size_t{0}, size_t{1}, size_t{15}, size_t{33}, size_t{70001}}) {
    CAPTURE(count);
    ThreadPool pool(2);
    auto weights = random_floats(count, 1);
    std::vector<float> first(count), second(count);
    std::vector<double> want(weights.begin(), weights.end()), m(count), v(count);
    for (int64_t t = 1; t <= 5; ++t) {
      const auto gradients = random_floats(count, uint32_t(t + 1));
      adamw({0.01f, 0.9f, 0.98f, 1e-8f, 0.1f, t, 0.5f}, weights.data(), gradients.data(),
            first.data(), second.data(), int64_t(count), pool);
      for (size_t i = 0; i < count; ++i) {
        const double g = 0.5 * double(gradients[i]);
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.98 * v[i] + 0.02 * g * g;
        want[i] -= 0.01 * 0.1 * want[i];
        want[i] -= 0.01 * (m[i] / (1 - std::pow(0.9, double(t)))) /
                   (std::sqrt(v[i] / (1 - std::pow(0.98, double(t)))) + 1e-8);
      }
    }
    int wrong = 0;
    // 0.9f and 0.98f are rounded, which five steps of 0.01 turn into 1e-7 at most.
    for (size_t i = 0; i < count; ++i) wrong += !(std::abs(double(weights[i]) - want[i]) < 2e-6);
    CHECK(wrong == 0);
  }
}

TEST_CASE("cut into tensors of any size, a step and the norm are those of the whole") {
  const std::vector<size_t> sizes{0, 1, 70001, 33, 0, 4096, 65536, 5};
  std::vector<std::vector<float>> weights, gradients, first, second;
  for (const size_t size : sizes) {
    const auto seed = uint32_t(4 * weights.size());
    weights.push_back(random_floats(size, seed + 1));
    gradients.push_back(random_floats(size, seed + 2));
    first.push_back(random_floats(size, seed + 3));
    second.push_back(std::vector<float>(size, 0.25f));
  }
  auto whole = [](const std::vector<std::vector<float>>& parts) {
    std::vector<float> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  };
  auto w = whole(weights), m = whole(first), v = whole(second);
  const auto g = whole(gradients);
  const AdamWStep step{0.01f, 0.9f, 0.98f, 1e-8f, 0.1f, 3, 0.5f};
  ThreadPool one(1), three(3);
  adamw(step, w.data(), g.data(), m.data(), v.data(), int64_t(w.size()), one);
  std::vector<AdamWTensor> tensors;
  std::vector<NormTensor> norms;
  for (size_t i = 0; i < sizes.size(); ++i) {
    tensors.push_back({weights[i].data(), gradients[i].data(), first[i].data(), second[i].data(),
                       int64_t(sizes[i])});
    norms.push_back({gradients[i].data(), int64_t(sizes[i])});
  }
  adamw(step, tensors, three);
  CHECK(whole(weights) == w);
  CHECK(whole(first) == m);
  CHECK(whole(second) == v);
  const double norm = squared_norm(norms, one);
  CHECK(squared_norm(norms, three) == norm);
  CHECK(norm == doctest::Approx(squared_norm(g.data(), int64_t(g.size()), one)).epsilon(1e-7));
  adamw(step, std::span<const AdamWTensor>{}, three);
  CHECK(squared_norm(std::span<const NormTensor>{}, three) == 0);
}

TEST_CASE("every instruction set takes the same AdamW step") {
  std::vector<const AdamWKernels*> all{&kAdamWPortable};
#if defined(__x86_64__)
  if (best_isa() >= Isa::kAvx2) all.push_back(&kAdamWAvx2);
  if (best_isa() >= Isa::kAvx512) all.push_back(&kAdamWAvx512);
#endif
  const AdamWFactors factors{0.999f, 0.9f, 0.98f, 0.1f, 0.02f, 0.7f, 0.02f, 3.f, 1e-8f};
  for (const AdamWKernels* kernels : all) {
    auto weights = random_floats(37, 1), first = random_floats(37, 2),
         second = random_floats(37, 3);
    for (float& x : second) x *= x;
    const auto weights_before = weights, first_before = first, second_before = second,
               gradients = random_floats(37, 4);
    kernels->update(factors, {weights.data(), gradients.data(), first.data(), second.data(), 36},
                    FloatType::kBfloat16);
    CHECK(weights[36] == weights_before[36]);
    for (size_t i = 0; i < 36; ++i) {
      const double g = 0.7 * double(gradients[i]);
      const double m = 0.9 * double(first_before[i]) + 0.1 * g,
                   v = 0.98 * double(second_before[i]) + 0.02 * g * g;
      CHECK(std::abs(double(first[i]) - m) < 1e-6);
      CHECK(std::abs(double(second[i]) - v) < 1e-6 * (1 + v));
      CHECK(std::abs(double(weights[i]) - (0.999 * double(weights_before[i]) -
                                           0.02 * m / (3 * std::sqrt(v) + 1e-8))) < 1e-6);
    }
  }
}

TEST_CASE(
    "the squared norm equals the float64 sum on any number of threads, and shows what is not "
    "finite") {
  for (const size_t count : {size_t{0}, size_t{1}, size_t{31}, size_t{32}, size_t{200001}}) {
    auto values = random_floats(count, 5);
    double want = 0;
    for (const float x : values) want += double(x) * double(x);
    ThreadPool one(1), three(3);
    const double norm = squared_norm(values.data(), int64_t(count), one);
    CHECK(norm == doctest::Approx(want).epsilon(1e-6));
    CHECK(squared_norm(values.data(), int64_t(count), three) == norm);
    if (count == 0) continue;
    values[count - 1] = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(squared_norm(values.data(), int64_t(count), three)));
    values[count - 1] = -std::numeric_limits<float>::infinity();
    CHECK(std::isinf(squared_norm(values.data(), int64_t(count), three)));
  }
}

TEST_CASE("the pool runs every task once, round after round") {
  ThreadPool pool(4);
  CHECK(pool.threads() == 4);
  for (int64_t round = 0; round < 300; ++round) {
    const int64_t tasks = round % 23;
    std::vector<std::atomic<int>> runs(static_cast<size_t>(tasks));
    pool.run(tasks, [&](int64_t task, int thread) {
      CHECK_UNARY(thread >= 0 && thread < 4);
      ++runs[static_cast<size_t>(task)];
    });
    for (const auto& count : runs) CHECK(count == 1);
  }
}

TEST_CASE("the first exception of a task reaches the caller, and the pool works on") {
  ThreadPool pool(3);
  const auto fail_at_two = [](int64_t task, int) {
    if (task == 2) throw std::runtime_error("task 2");
  };
  CHECK_THROWS_WITH_AS(pool.run(1000, fail_at_two), "task 2", std::runtime_error);
  int64_t sum = 0;
  ThreadPool(1).run(5, [&](int64_t task, int) { sum += task; });
  CHECK(sum == 10);
  std::atomic<int64_t> total{0};
  pool.run(100, [&](int64_t task, int) { total += task; });
  CHECK(total == 4950);
}

TEST_CASE("no task starts after one that failed") {
  // On one thread: with more, others may start any number of tasks while the first unwinds.
  int started = 0;
  CHECK_THROWS_AS(ThreadPool(1).run(1000,
                                    [&](int64_t task, int) {
                                      ++started;
                                      if (task == 2) throw std::runtime_error("task 2");
                                    }),
                  std::runtime_error);
  CHECK(started == 3);
}

}  // namespace
}  // namespace querl
