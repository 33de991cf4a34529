// The CUDA kernels of RMS norm, RoPE and SwiGLU, run on the host (emulated_cuda/emulator.h),
// against float64. They take the contracts of row_ops.h, mixed types and strided rows included.
#include "kernels/cuda/row_ops.cuh"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/paged_cache.h"

namespace querl {
namespace {

constexpr FloatType kTypes[] = {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16};

// A rounding of the type, of numbers of up to `size`, behind a few of fp32.
double tolerance_of(FloatType type, double size) {
  return size * (type == FloatType::kFloat32 ? 3e-6 : type == FloatType::kFloat16 ? 1e-3 : 8e-3);
}

// (rows, heads, size) with gaps behind rows; NaN in the gaps.
struct Rows {
  RowShape shape;
  int64_t stride, head_stride;
  Stored numbers;

  Rows(RowShape shape, FloatType type, std::mt19937& random, int64_t gap)
      : shape(shape),
        stride(shape.heads * (shape.size + gap) + gap),
        head_stride(shape.size + gap),
        numbers(type, shape.rows * stride) {
    std::normal_distribution<float> normal;
    for_all([&](int64_t row, int64_t head, int64_t i) { set(row, head, i, normal(random)); });
  }
  template <class Work>
  void for_all(const Work& work) const {
    for (int64_t row = 0; row < shape.rows; ++row)
      for (int64_t head = 0; head < shape.heads; ++head)
        for (int64_t i = 0; i < shape.size; ++i) work(row, head, i);
  }
  int64_t place(int64_t row, int64_t head, int64_t i) const {
    return row * stride + head * head_stride + i;
  }
  void set(int64_t row, int64_t head, int64_t i, float value) {
    numbers.set(place(row, head, i), value);
  }
  double at(int64_t row, int64_t head, int64_t i) const { return numbers.at(place(row, head, i)); }
  ConstHeadRows view() const { return {numbers.bytes.data(), numbers.type, stride, head_stride}; }
  MutableHeadRows out() { return {numbers.bytes.data(), numbers.type, stride, head_stride}; }
};

struct NormCase {
  std::mt19937 random{3};
  Rows x, added, y, sum, d_y, d_x;
  Stored gain;
  std::vector<float> inverse, d_gain;

  NormCase(RowShape shape, FloatType type, FloatType other, int64_t gap)
      : x(shape, type, random, gap),
        added(shape, other, random, 0),
        y(shape, other, random, gap),
        sum(shape, FloatType::kFloat32, random, gap),
        d_y(shape, other, random, 0),
        d_x(shape, FloatType::kFloat32, random, gap),
        gain(type, shape.size),
        inverse(static_cast<size_t>(shape.rows * shape.heads), NAN),
        d_gain(static_cast<size_t>(shape.size), 0.5f) {
    std::normal_distribution<float> normal;
    for (int64_t i = 0; i < shape.size; ++i) gain.set(i, 1.f + 0.2f * normal(random));
  }
  double s(int64_t row, int64_t head, int64_t i) const {
    return x.at(row, head, i) + added.at(row, head, i);
  }
  double inverse_of(int64_t row, int64_t head) const {
    double squares = 0;
    for (int64_t i = 0; i < x.shape.size; ++i) squares += s(row, head, i) * s(row, head, i);
    return 1 / std::sqrt(squares / double(x.shape.size) + 1e-5);
  }
  NormGain gain_view() const { return {gain.bytes.data(), gain.type}; }
};

const RowShape kShapes[] = {{3, 1, 1}, {2, 1, 8200}, {70, 2, 10}, {5, 3, 64}, {3, 1, 1000}};

TEST_CASE("the norm of a sum equals float64 for every type and length, and its sum is kept") {
  for (const RowShape& shape : kShapes)
    for (const FloatType type : kTypes)
      for (const int64_t gap : {0, 1, 4}) {
        if (shape.size > 4096 && type != FloatType::kFloat32) continue;
        CAPTURE(shape.size);
        CAPTURE(float_name(type));
        CAPTURE(gap);
        NormCase at(shape, type, FloatType::kBfloat16, gap);
        const RmsNorm job{shape, at.x.view(), at.added.view(), at.gain_view(),
                          1e-5f, at.y.out(),  at.sum.out(),    at.inverse.data()};
        REQUIRE(rms_norm_cuda(job, nullptr) == cudaSuccess);
        at.x.for_all([&](int64_t row, int64_t head, int64_t i) {
          const double inverse = at.inverse_of(row, head), s = at.s(row, head, i);
          REQUIRE(std::abs(at.y.at(row, head, i) - s * inverse * at.gain.at(i)) <
                  tolerance_of(FloatType::kBfloat16, 8));
          REQUIRE(std::abs(at.sum.at(row, head, i) - s) < 1e-6);
          REQUIRE(at.inverse[size_t(row * shape.heads + head)] ==
                  doctest::Approx(inverse).epsilon(1e-5));
        });
      }
}

TEST_CASE("the norm may write over what it reads") {
  NormCase at({4, 1, 96}, FloatType::kFloat32, FloatType::kFloat32, 0);
  const NormCase before = at;
  RmsNorm job{at.x.shape, at.x.view(),    at.added.view(), at.gain_view(),
              1e-5f,      at.added.out(), at.x.out(),      nullptr};
  REQUIRE(rms_norm_cuda(job, nullptr) == cudaSuccess);
  before.x.for_all([&](int64_t row, int64_t head, int64_t i) {
    const double s = before.s(row, head, i);
    REQUIRE(std::abs(at.x.at(row, head, i) - s) < 1e-6);
    REQUIRE(std::abs(at.added.at(row, head, i) -
                     s * before.inverse_of(row, head) * before.gain.at(i)) < 1e-5);
  });
}

TEST_CASE("a part that no block's registers hold is refused") {
  NormCase at({1, 1, 32772}, FloatType::kBfloat16, FloatType::kBfloat16, 0);
  const RmsNorm job{at.x.shape, at.x.view(), {}, at.gain_view(), 1e-5f, at.y.out(), {}, nullptr};
  CHECK(rms_norm_cuda(job, nullptr) == cudaErrorInvalidValue);
}

TEST_CASE("the norm's gradients equal float64's, alone and added to what is there") {
  for (const RowShape& shape : kShapes)
    for (const bool accumulates : {false, true})
      for (const int64_t gap : {0, 1}) {
        CAPTURE(shape.size);
        CAPTURE(accumulates);
        NormCase at(shape, FloatType::kFloat32, FloatType::kFloat16, gap);
        for (int64_t row = 0; row < shape.rows; ++row)
          for (int64_t head = 0; head < shape.heads; ++head)
            at.inverse[size_t(row * shape.heads + head)] = float(at.inverse_of(row, head));
        const Rows before = at.d_x;
        const RmsNormBackward job{shape,           at.d_y.view(),    at.x.view(),
                                  at.added.view(), at.gain_view(),   at.inverse.data(),
                                  at.d_x.out(),    at.d_gain.data(), accumulates};
        std::vector<char> workspace(rms_norm_backward_workspace_bytes(job) + 1, '\xff');
        REQUIRE(rms_norm_backward_cuda(job, workspace.data(), nullptr) == cudaSuccess);
        std::vector<double> d_gain(size_t(shape.size), 0.5);
        for (int64_t row = 0; row < shape.rows; ++row)
          for (int64_t head = 0; head < shape.heads; ++head) {
            const double inverse = at.inverse_of(row, head);
            double mean = 0;
            for (int64_t i = 0; i < shape.size; ++i) {
              const double n = at.s(row, head, i) * inverse, slope = at.d_y.at(row, head, i);
              mean += slope * at.gain.at(i) * n / double(shape.size);
              d_gain[size_t(i)] += slope * n;
            }
            for (int64_t i = 0; i < shape.size; ++i) {
              const double n = at.s(row, head, i) * inverse;
              const double slope = inverse * (at.d_y.at(row, head, i) * at.gain.at(i) - n * mean);
              const double expected = slope + (accumulates ? before.at(row, head, i) : 0.);
              // 1 / rms of a part of one number may be large.
              REQUIRE(std::abs(at.d_x.at(row, head, i) - expected) < 1e-5 * (1 + inverse));
            }
          }
        for (int64_t i = 0; i < shape.size; ++i)
          REQUIRE(at.d_gain[size_t(i)] == doctest::Approx(d_gain[size_t(i)]).epsilon(2e-5));
      }
}

TEST_CASE("heads are rotated by their row's position, and back") {
  for (const FloatType type : kTypes)
    for (const bool inverse : {false, true}) {
      CAPTURE(float_name(type));
      std::mt19937 random(5);
      Rows x({5, 3, 10}, type, random, 0);
      const Rows before = x;
      const std::vector<int32_t> positions{0, 7, 7, 2, 30};
      std::vector<float> cos, sin;
      for (int position = 0; position < 31; ++position)
        for (int i = 0; i < 5; ++i) {
          cos.push_back(float(std::cos(position / (1. + i))));
          sin.push_back(float(std::sin(position / (1. + i))));
        }
      const Rope job{x.shape, x.out(), positions.data(), cos.data(), sin.data(), inverse};
      REQUIRE(rope_cuda(job, nullptr) == cudaSuccess);
      before.for_all([&](int64_t row, int64_t head, int64_t i) {
        const double angle = positions[size_t(row)] / (1. + double(i % 5)) * (inverse ? -1 : 1);
        const double left = before.at(row, head, i % 5), right = before.at(row, head, i % 5 + 5);
        const double expected = i < 5 ? left * std::cos(angle) - right * std::sin(angle)
                                      : right * std::cos(angle) + left * std::sin(angle);
        REQUIRE(std::abs(x.at(row, head, i) - expected) < tolerance_of(type, 4));
      });
    }
}

double silu(double x) { return x / (1 + std::exp(-x)); }

TEST_CASE("SwiGLU and its gradient equal float64's, in place as well") {
  for (const FloatType type : kTypes)
    for (const int64_t size : {1, 6, 300}) {
      CAPTURE(float_name(type));
      CAPTURE(size);
      std::mt19937 random(6);
      Rows gate_up({7, 1, 2 * size}, type, random, 0), out({7, 1, size}, type, random, 0);
      Rows slope({7, 1, size}, type, random, 0);
      const Rows before = gate_up;
      Swiglu job{7, size, type, gate_up.numbers.bytes.data(), out.numbers.bytes.data()};
      REQUIRE(swiglu_cuda(job, nullptr) == cudaSuccess);
      const auto check_out = [&] {
        out.for_all([&](int64_t row, int64_t, int64_t i) {
          const double x = silu(before.at(row, 0, i)) * before.at(row, 0, size + i);
          REQUIRE(std::abs(out.at(row, 0, i) - x) < tolerance_of(type, 8));
        });
      };
      check_out();
      for (char& byte : out.numbers.bytes) byte = '\x7f';
      REQUIRE(swiglu_backward_cuda(job, slope.numbers.bytes.data(), gate_up.numbers.bytes.data(),
                                   nullptr) == cudaSuccess);
      check_out();
      out.for_all([&](int64_t row, int64_t, int64_t i) {
        const double gate = before.at(row, 0, i), up = before.at(row, 0, size + i);
        const double h = 1e-5, d = slope.at(row, 0, i);
        const double d_gate = d * up * (silu(gate + h) - silu(gate - h)) / (2 * h);
        REQUIRE(std::abs(gate_up.at(row, 0, i) - d_gate) < tolerance_of(type, 12));
        REQUIRE(std::abs(gate_up.at(row, 0, size + i) - d * silu(gate)) < tolerance_of(type, 12));
      });
    }
}

}  // namespace
}  // namespace querl
