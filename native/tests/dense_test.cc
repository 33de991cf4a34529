// The dense kernels of every instruction set against scalar float64 twins.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/dense.h"
#include "tests/cases.h"

namespace querl {
namespace {

// Sums of up to 700 terms of magnitude 1, each rounded to 6e-8.
constexpr double kFp32Sum = 2e-5;

std::vector<float> random_floats(int64_t count, uint32_t seed, float scale = 1.f) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, scale);
  std::vector<float> all(static_cast<size_t>(count));
  for (float& x : all) x = normal(random);
  return all;
}

float at(const std::vector<float>& v, int64_t i) { return v[static_cast<size_t>(i)]; }

bool close(double actual, double expected, double scale = 1) {
  return std::abs(actual - expected) <= kFp32Sum * (scale + std::abs(expected));
}

std::vector<float> packed(const DenseKernels& dense, const std::vector<float>& w, int64_t n,
                          int64_t k) {
  std::vector<float> panels(static_cast<size_t>(packed_size(n, k)));
  dense.pack(w.data(), n, k, k, 1, panels.data());
  return panels;
}

struct Shape {
  int64_t m, n, k;
};

const Shape kShapes[] = {{1, 1, 1},    {1, 32, 1},   {2, 31, 3},    {3, 33, 5},    {4, 64, 16},
                         {5, 65, 31},  {6, 96, 32},  {7, 130, 33},  {11, 128, 64}, {12, 31, 7},
                         {13, 40, 20}, {25, 257, 9}, {31, 32, 300}, {33, 70, 600}, {150, 33, 17}};

TEST_CASE("gemm equals the float64 product, with strides, bias and accumulation") {
  for (const Isa isa : available_isas())
    for (const auto& [m, n, k] : kShapes)
      for (const bool accumulate : {false, true})
        for (const bool has_bias : {false, true}) {
          CAPTURE(isa_name(isa));
          CAPTURE(m);
          CAPTURE(n);
          CAPTURE(k);
          const DenseKernels& dense = dense_kernels(isa);
          const int64_t lda = k + 3, ldc = n + 2;
          const auto a = random_floats(m * lda, 1), w = random_floats(n * k, 2);
          const auto bias = random_floats(n, 3), before = random_floats(m * ldc, 4);
          auto c = before;
          dense.gemm(a.data(), lda, m, packed(dense, w, n, k).data(), n, k,
                     has_bias ? bias.data() : nullptr, accumulate, c.data(), ldc);
          int wrong = 0;
          for (int64_t i = 0; i < m; ++i)
            for (int64_t j = 0; j < ldc; ++j) {
              double expected = accumulate ? at(before, i * ldc + j) : 0.;
              if (has_bias && j < n) expected += at(bias, j);
              for (int64_t l = 0; l < k && j < n; ++l)
                expected += double{at(a, i * lda + l)} * at(w, j * k + l);
              // Behind the columns of C nothing is written.
              wrong += j < n ? !close(at(c, i * ldc + j), expected, std::sqrt(double(k)))
                             : at(c, i * ldc + j) != at(before, i * ldc + j);
            }
          CHECK(wrong == 0);
        }
}

TEST_CASE("pack takes a transposed matrix by its strides") {
  const DenseKernels& dense = dense_kernels();
  const int64_t n = 40, k = 5;
  const auto w = random_floats(n * k, 5);  // stored (k, n)
  std::vector<float> panels(static_cast<size_t>(packed_size(n, k)));
  dense.pack(w.data(), n, k, 1, n, panels.data());
  for (int64_t j = 0; j < 64; ++j)
    for (int64_t l = 0; l < k; ++l)
      CHECK(at(panels, (j / kPanel * k + l) * kPanel + j % kPanel) ==
            (j < n ? at(w, l * n + j) : 0.f));
}

TEST_CASE("a row of a product has the same bits alone and among others") {
  for (const Isa isa : available_isas())
    for (const int64_t k : {17, 64, 300, 700}) {
      CAPTURE(isa_name(isa));
      CAPTURE(k);
      const DenseKernels& dense = dense_kernels(isa);
      const int64_t n = 161, most = 150;
      const auto a = random_floats(most * k, 6), w = random_floats(n * k, 7),
                 bias = random_floats(n, 8);
      const auto panels = packed(dense, w, n, k);
      std::vector<float> alone(static_cast<size_t>(most * n)),
          together(static_cast<size_t>(most * n));
      for (int64_t i = 0; i < most; ++i)
        dense.gemm(a.data() + i * k, k, 1, panels.data(), n, k, bias.data(), false,
                   alone.data() + i * n, n);
      for (int64_t m = 2; m <= most; m += m < 30 ? 1 : 40) {
        dense.gemm(a.data(), k, m, panels.data(), n, k, bias.data(), false, together.data(), n);
        CHECK(std::equal(alone.begin(), alone.begin() + m * n, together.begin()));
      }
    }
}

TEST_CASE("gemm_outer and column_sums add to what is there") {
  for (const Isa isa : available_isas())
    for (const auto& [m, n, k] : kShapes) {
      CAPTURE(isa_name(isa));
      CAPTURE(m);
      CAPTURE(n);
      CAPTURE(k);
      const DenseKernels& dense = dense_kernels(isa);
      const int64_t ldy = n + 1, ldx = k + 5, ldg = k + 2;
      const auto y = random_floats(m * ldy, 9), x = random_floats(m * ldx, 10);
      const auto before = random_floats(n * ldg, 11), sums_before = random_floats(n, 12);
      auto g = before, sums = sums_before;
      dense.gemm_outer(y.data(), ldy, x.data(), ldx, m, n, k, g.data(), ldg);
      dense.column_sums(y.data(), ldy, m, n, sums.data());
      int wrong = 0;
      for (int64_t i = 0; i < n; ++i) {
        double total = at(sums_before, i);
        for (int64_t row = 0; row < m; ++row) total += at(y, row * ldy + i);
        wrong += !close(at(sums, i), total, std::sqrt(double(m)));
        for (int64_t j = 0; j < ldg; ++j) {
          double expected = at(before, i * ldg + j);
          for (int64_t row = 0; row < m && j < k; ++row)
            expected += double{at(y, row * ldy + i)} * at(x, row * ldx + j);
          wrong += !close(at(g, i * ldg + j), expected, std::sqrt(double(m)));
        }
      }
      CHECK(wrong == 0);
    }
}

TEST_CASE("nothing is written where there are no rows") {
  for (const Isa isa : available_isas()) {
    const DenseKernels& dense = dense_kernels(isa);
    float c = 7.f;
    dense.gemm(nullptr, 4, 0, nullptr, 4, 4, nullptr, false, &c, 4);
    dense.gemm_outer(nullptr, 4, nullptr, 4, 0, 1, 1, &c, 4);
    dense.column_sums(nullptr, 4, 0, 1, &c);
    CHECK(c == 7.f);
  }
}

TEST_CASE("a NaN in a row of the input reaches that row of the product alone") {
  for (const Isa isa : available_isas()) {
    const DenseKernels& dense = dense_kernels(isa);
    const int64_t m = 14, n = 40, k = 20;
    auto a = random_floats(m * k, 13);
    a[5 * k + 19] = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> c(static_cast<size_t>(m * n));
    dense.gemm(a.data(), k, m, packed(dense, random_floats(n * k, 14), n, k).data(), n, k, nullptr,
               false, c.data(), n);
    for (int64_t i = 0; i < m * n; ++i) CHECK(std::isnan(at(c, i)) == (i / n == 5));
  }
}

TEST_CASE("RMSNorm and its gradient equal the float64 formulas") {
  for (const Isa isa : available_isas())
    for (const int64_t d : {1, 3, 16, 31, 32, 33, 64, 100}) {
      CAPTURE(isa_name(isa));
      CAPTURE(d);
      const DenseKernels& dense = dense_kernels(isa);
      const int64_t m = 5;
      const auto x = random_floats(m * d, 15), gain = random_floats(d, 16),
                 dy = random_floats(m * d, 17);
      auto dx = random_floats(m * d, 18), dgain = random_floats(d, 19);
      const auto dx_before = dx, dgain_before = dgain;
      std::vector<float> y(x.size()), inverse(static_cast<size_t>(m));
      dense.rms_norm(x.data(), gain.data(), m, d, 1e-5f, y.data(), inverse.data());
      dense.rms_norm_backward(dy.data(), x.data(), gain.data(), inverse.data(), m, d, dx.data(),
                              dgain.data());
      std::vector<double> expected_dgain(dgain_before.begin(), dgain_before.end());
      for (int64_t i = 0; i < m; ++i) {
        double squares = 0, along = 0;
        for (int64_t j = 0; j < d; ++j) squares += double{at(x, i * d + j)} * at(x, i * d + j);
        const double rms = std::sqrt(squares / double(d) + 1e-5);
        for (int64_t j = 0; j < d; ++j)
          along += double{at(dy, i * d + j)} * at(gain, j) * at(x, i * d + j) / rms;
        CHECK(close(at(inverse, i), 1 / rms));
        for (int64_t j = 0; j < d; ++j) {
          const double normal = at(x, i * d + j) / rms;
          CHECK(close(at(y, i * d + j), normal * at(gain, j)));
          const double slope =
              (double{at(dy, i * d + j)} * at(gain, j) - normal * along / double(d)) / rms;
          // A single value is its own rms: the terms cancel, and what is left is their rounding.
          CHECK(close(at(dx, i * d + j) - at(dx_before, i * d + j), slope, 10 / rms));
          expected_dgain[static_cast<size_t>(j)] += at(dy, i * d + j) * normal;
        }
      }
      for (int64_t j = 0; j < d; ++j)
        CHECK(close(at(dgain, j), expected_dgain[static_cast<size_t>(j)], 3));
    }
}

TEST_CASE("RoPE turns each pair by its angle, and direction -1 turns it back") {
  for (const Isa isa : available_isas())
    for (const int64_t head_dim : {2, 4, 8, 16, 34, 64, 128}) {
      CAPTURE(isa_name(isa));
      CAPTURE(head_dim);
      const DenseKernels& dense = dense_kernels(isa);
      const int64_t m = 3, heads = 2, half = head_dim / 2, stride = heads * head_dim + 7;
      const std::vector<int32_t> positions{4, 0, 9};
      std::vector<float> cosines, sines;
      for (int64_t i = 0; i < 10 * half; ++i) {
        cosines.push_back(static_cast<float>(std::cos(0.1 * double(i))));
        sines.push_back(static_cast<float>(std::sin(0.1 * double(i))));
      }
      const auto before = random_floats(m * stride, 20);
      auto x = before;
      dense.rope(x.data(), stride, m, heads, head_dim, positions.data(), cosines.data(),
                 sines.data(), 1.f);
      for (int64_t i = 0; i < m * stride; ++i) {
        const int64_t row = i / stride, column = i % stride, within = column % head_dim;
        if (column >= heads * head_dim) {
          CHECK(at(x, i) == at(before, i));
          continue;
        }
        const double angle = 0.1 * double(positions[size_t(row)] * half + within % half);
        const double a = at(before, i - (within < half ? 0 : half));
        const double b = at(before, i + (within < half ? half : 0));
        const double expected = within < half ? a * std::cos(angle) - b * std::sin(angle)
                                              : b * std::cos(angle) + a * std::sin(angle);
        CHECK(close(at(x, i), expected));
      }
      dense.rope(x.data(), stride, m, heads, head_dim, positions.data(), cosines.data(),
                 sines.data(), -1.f);
      for (int64_t i = 0; i < m * stride; ++i) CHECK(close(at(x, i), at(before, i)));
    }
}

TEST_CASE("SwiGLU and its gradient equal the float64 formulas, also in place and for large gates") {
  for (const Isa isa : available_isas())
    for (const int64_t f : {1, 15, 16, 31, 32, 33, 192}) {
      CAPTURE(isa_name(isa));
      CAPTURE(f);
      const DenseKernels& dense = dense_kernels(isa);
      const int64_t m = 4;
      auto gate_up = random_floats(m * 2 * f, 21, 3.f);
      gate_up[0] = 200.f;
      gate_up[static_cast<size_t>(2 * f)] = -200.f;
      const auto d_out = random_floats(m * f, 22);
      std::vector<float> out(static_cast<size_t>(m * f));
      dense.swiglu(gate_up.data(), m, f, out.data());
      auto slopes = gate_up;
      dense.swiglu_backward(d_out.data(), slopes.data(), m, f, slopes.data());
      for (int64_t i = 0; i < m * f; ++i) {
        const int64_t left = i / f * 2 * f + i % f;
        const double gate = at(gate_up, left), up = at(gate_up, left + f);
        const double open = 1 / (1 + std::exp(-gate));
        CHECK(close(at(out, i), gate * open * up));
        CHECK(close(at(slopes, left), at(d_out, i) * up * (open + gate * open * (1 - open)), 10));
        CHECK(close(at(slopes, left + f), at(d_out, i) * gate * open));
      }
    }
}

TEST_CASE("layer_norm equals the float64 norm, and may write over its input") {
  for (const Isa isa : available_isas())
    for (const int64_t d : {1, 3, 15, 16, 17, 32, 100, 384, 768}) {
      CAPTURE(isa_name(isa));
      CAPTURE(d);
      const int64_t m = 5;
      auto x = random_floats(m * d, 1, 3.f);
      for (float& v : x) v += 10.f;  // a mean that is larger than what is around it
      const auto gain = random_floats(d, 2), bias = random_floats(d, 3);
      auto y = x;
      dense_kernels(isa).layer_norm(y.data(), gain.data(), bias.data(), m, d, 1e-5f, y.data());
      for (int64_t row = 0; row < m; ++row) {
        double mean = 0, variance = 0;
        for (int64_t i = 0; i < d; ++i) mean += at(x, row * d + i) / static_cast<double>(d);
        for (int64_t i = 0; i < d; ++i)
          variance += std::pow(at(x, row * d + i) - mean, 2) / static_cast<double>(d);
        for (int64_t i = 0; i < d; ++i) {
          const double expected =
              (at(x, row * d + i) - mean) / std::sqrt(variance + 1e-5) * at(gain, i) + at(bias, i);
          REQUIRE(close(at(y, row * d + i), expected));
        }
      }
    }
}

TEST_CASE("activations equal float64 over their whole range, and keep a NaN") {
  constexpr double kSqrt2 = 1.4142135623730951, kSlope = 0.7978845608028654;
  const auto expected = [](Activation activation, double x) {
    switch (activation) {
      case Activation::kGelu:
        return x / 2 * (1 + std::erf(x / kSqrt2));
      case Activation::kGeluTanh:
        return x / 2 * (1 + std::tanh(kSlope * (x + 0.044715 * x * x * x)));
      case Activation::kRelu:
        return std::max(0., x);
      default:
        return std::tanh(x);
    }
  };
  std::vector<float> x;
  for (int i = -20000; i <= 20000; ++i) x.push_back(static_cast<float>(i) * 1e-3f);
  for (const float large : {-1e6f, -100.f, 100.f, 1e6f}) x.push_back(large);
  for (const Isa isa : available_isas())
    for (const Activation activation :
         {Activation::kGelu, Activation::kGeluTanh, Activation::kRelu, Activation::kTanh}) {
      CAPTURE(isa_name(isa));
      std::vector<float> y(x.size());
      dense_kernels(isa).activate(activation, x.data(), static_cast<int64_t>(x.size()), y.data());
      double worst = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        const double wanted = expected(activation, x[i]);
        worst = std::max(worst, std::abs(y[i] - wanted) / (1 + std::abs(wanted)));
      }
      CHECK(worst < 2e-6);  // erf to 4e-7, times up to 4 before it is 1
      float nan = std::numeric_limits<float>::quiet_NaN();
      dense_kernels(isa).activate(activation, &nan, 1, &nan);
      CHECK(std::isnan(nan));
    }
}

}  // namespace
}  // namespace querl
