// Linear layers over weights of 16 bits, against float64.
#include "kernels/half_linear.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "kernels/half.h"

namespace querl {
namespace {

struct Way {
  FloatType type;
  Isa isa;
  Bf16Isa bf16;
};

std::string name(const Way& way) {
  return std::string(float_name(way.type)) + " " + isa_name(way.isa) + " " +
         bf16_isa_name(way.bf16);
}

std::vector<Way> ways() {
  std::vector<Way> all;
  for (const FloatType type : {FloatType::kBfloat16, FloatType::kFloat16})
    for (const Isa isa : {Isa::kPortable, Isa::kAvx2, Isa::kAvx512})
      if (isa <= best_isa()) all.push_back({type, isa, Bf16Isa::kConvert});
  for (const Bf16Isa bf16 : {Bf16Isa::kAvx512, Bf16Isa::kAmx})
    if (bf16 <= best_bf16_isa()) all.push_back({FloatType::kBfloat16, Isa::kAvx512, bf16});
  return all;
}

struct Free {
  void operator()(void* data) const { std::free(data); }
};

// One product with random numbers; what is behind each array is not to be touched.
struct Case {
  Case(FloatType of, int64_t rows, int64_t outputs, int64_t depth)
      : type(of), m(rows), n(outputs), k(depth) {
    std::mt19937 random(static_cast<uint32_t>(m * 7 + n * 3 + k));
    std::normal_distribution<float> normal(0.f, 1.f);
    for (int64_t i = 0; i < m * k; ++i) x.push_back(normal(random));
    std::vector<float> w;
    for (int64_t i = 0; i < n * k; ++i) w.push_back(normal(random));
    weights.resize(w.size());
    from_floats(w.data(), n * k, type, weights.data());
    for (int64_t i = 0; i < n; ++i) bias.push_back(normal(random));
    for (int64_t i = 0; i < m * n; ++i) before.push_back(normal(random));
  }

  // In parts of the outputs, as a team would. Rows [first, first + count) alone.
  std::vector<float> run(const Way& way, bool has_bias, bool accumulate, int64_t first,
                         int64_t count, int64_t part) const {
    const HalfLinearKernels& kernels = half_linear_kernels(type, way.isa, way.bf16);
    const auto bytes = static_cast<size_t>((kernels.packed_bytes(count, k) + 63) / 64 * 64);
    const std::unique_ptr<void, Free> packed(std::aligned_alloc(64, bytes));
    std::memset(packed.get(), 0xff, bytes);  // NaNs where nothing is written
    for (int64_t panel = 0; panel * kHalfPanel < count; ++panel)
      kernels.pack(x.data() + first * k, k, count, k, panel, packed.get());
    std::vector<float> c(before.begin() + first * n, before.begin() + (first + count) * n);
    const HalfProduct product{
        packed.get(), count, weights.data(), n, k, has_bias ? bias.data() : nullptr, accumulate,
        c.data(),     n};
    for (int64_t begin = 0; begin < n; begin += part)
      kernels.multiply(product, begin, std::min(n, begin + part));
    return c;
  }

  // Products of what the numbers are after rounding; the sum of magnitudes bounds the error.
  void check(const std::vector<float>& c, bool has_bias, bool accumulate) const {
    for (int64_t row = 0; row < m; ++row)
      for (int64_t output = 0; output < n; ++output) {
        double sum = has_bias ? double{bias[size_t(output)]} : 0, magnitude = std::abs(sum);
        if (accumulate)
          sum += before[size_t(row * n + output)],
              magnitude += std::abs(before[size_t(row * n + output)]);
        for (int64_t i = 0; i < k; ++i) {
          float a = x[size_t(row * k + i)];
          if (type == FloatType::kBfloat16) a = from_bfloat16(to_bfloat16(a));
          float b;
          to_floats(&weights[size_t(output * k + i)], type, 1, &b);
          sum += double{a} * b;
          magnitude += std::abs(double{a} * b);
        }
        // Running sums of fp32 round by half an ulp a step at most, twice where there is no FMA;
        // in random order these cancel, so that 4 ulp of the magnitude are far above them.
        const double tolerance = 2.4e-7 * magnitude + 1e-30;
        REQUIRE(std::abs(c[size_t(row * n + output)] - sum) <= tolerance);
      }
  }

  FloatType type;
  int64_t m, n, k;
  std::vector<float> x, bias, before;
  std::vector<uint16_t> weights;
};

TEST_CASE("a product with 16-bit weights equals float64 for sizes around tiles and vectors") {
  struct Size {
    int64_t m, n, k;
  };
  std::vector<Size> sizes{{1, 896, 896}, {2, 40, 4864}, {33, 100, 896}, {300, 33, 70}};
  for (const int64_t m : {1, 2, 15, 16, 17, 32, 33, 49})
    for (const int64_t n : {1, 15, 16, 17, 31, 32, 33})
      for (const int64_t k : {1, 31, 32, 33, 500}) sizes.push_back({m, n, k});
  for (const Way& way : ways()) {
    CAPTURE(name(way));
    for (const Size& size : sizes) {
      CAPTURE(size.m);
      CAPTURE(size.n);
      CAPTURE(size.k);
      const Case of(way.type, size.m, size.n, size.k);
      const bool has_bias = size.k % 2 == 0, accumulate = size.n % 2 == 0;
      of.check(of.run(way, has_bias, accumulate, 0, size.m, size.n), has_bias, accumulate);
    }
  }
}

TEST_CASE("activations that are packed in parts of their columns are those packed at once") {
  for (const Way& way : ways()) {
    CAPTURE(name(way));
    const HalfLinearKernels& kernels = half_linear_kernels(way.type, way.isa, way.bf16);
    for (const int64_t m : {1, 5, 16, 37})
      for (const int64_t k : {32, 70, 160}) {
        const Case of(way.type, m, 1, k);
        const auto bytes = static_cast<size_t>((kernels.packed_bytes(m, k) + 63) / 64 * 64);
        const std::unique_ptr<void, Free> whole(std::aligned_alloc(64, bytes)),
            parts(std::aligned_alloc(64, bytes));
        std::memset(whole.get(), 0xff, bytes);
        std::memset(parts.get(), 0xff, bytes);
        for (int64_t panel = 0; panel * kHalfPanel < m; ++panel)
          kernels.pack(of.x.data(), k, m, k, panel, whole.get());
        for (int64_t begin = 0; begin < k; begin += 2 * kHalfDepth) {
          const int64_t end = std::min(k, begin + 2 * kHalfDepth);
          std::vector<float> columns;
          for (int64_t row = 0; row < m; ++row)
            columns.insert(columns.end(), of.x.begin() + row * k + begin,
                           of.x.begin() + row * k + end);
          for (int64_t panel = 0; panel * kHalfPanel < m; ++panel)
            kernels.pack_columns(columns.data(), end - begin, m, k, begin, end, panel, parts.get());
        }
        REQUIRE(std::memcmp(whole.get(), parts.get(), bytes) == 0);
      }
  }
}

TEST_CASE("a row's product has the same bits alone, among others, and in any part of the outputs") {
  for (const Way& way : ways()) {
    CAPTURE(name(way));
    const Case of(way.type, 70, 75, 931);
    const std::vector<float> all = of.run(way, true, true, 0, 70, 75);
    for (const int64_t count : {1, 2, 5, 16, 31, 64})
      for (const int64_t part : {16, 32, 64, 75}) {
        const int64_t first = 70 - count;
        const std::vector<float> some = of.run(way, true, true, first, count, part);
        REQUIRE(std::memcmp(some.data(), all.data() + first * 75, some.size() * sizeof(float)) ==
                0);
      }
  }
}

TEST_CASE("every number of 16 bits comes out of a product as it is") {
  for (const Way& way : ways()) {
    CAPTURE(name(way));
    Case of(way.type, 1, 65536, 1);
    of.x[0] = 1.f;
    for (size_t i = 0; i < 65536; ++i) of.weights[i] = static_cast<uint16_t>(i);
    const std::vector<float> c = of.run(way, false, false, 0, 1, 65536);
    for (size_t i = 0; i < 65536; ++i) {
      float expected;
      to_floats(&of.weights[i], way.type, 1, &expected);
      // The instructions for bfloat16 take subnormal numbers as zeros.
      const bool is_flushed =
          way.bf16 != Bf16Isa::kConvert && std::abs(expected) < std::numeric_limits<float>::min();
      if (std::isnan(expected))
        REQUIRE(std::isnan(c[i]));
      else
        REQUIRE(c[i] == (is_flushed ? 0.f : expected));
    }
  }
}

TEST_CASE("what is not a number stays with its row of the weights and of the activations") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  for (const Way& way : ways()) {
    CAPTURE(name(way));
    Case of(way.type, 20, 40, 45);
    of.x[3 * 45 + 44] = kNan;
    from_floats(&kNan, 1, way.type, &of.weights[7 * 45 + 44]);
    const std::vector<float> c = of.run(way, false, false, 0, 20, 40);
    for (size_t row = 0; row < 20; ++row)
      for (size_t output = 0; output < 40; ++output)
        REQUIRE(std::isnan(c[row * 40 + output]) == (row == 3 || output == 7));
  }
}

}  // namespace
}  // namespace querl
