// RMS norm, RoPE and SwiGLU over rows of every storage type, against float64.
#include "kernels/row_ops.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "kernels/half.h"
#include "kernels/half_rows.h"
#include "kernels/thread_pool.h"

namespace querl {
namespace {

// Half a unit of the last place of what is stored, and a few of float32.
double rounding(FloatType type) {
  if (type == FloatType::kFloat32) return 3e-6;
  return type == FloatType::kBfloat16 ? 4.2e-3 : 6e-4;
}

constexpr FloatType kTypes[] = {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16};

// Numbers as they are stored, and what they are.
struct Stored {
  Stored(FloatType type, int64_t count, unsigned seed, float mean = 0.f)
      : type(type), bytes(static_cast<size_t>(count * float_bytes(type))) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(mean, 1.f);
    std::vector<float> drawn(static_cast<size_t>(count));
    for (float& number : drawn) number = normal(random);
    from_floats(drawn.data(), count, type, bytes.data());
  }

  std::vector<double> numbers() const {
    std::vector<float> floats(bytes.size() / static_cast<size_t>(float_bytes(type)));
    to_floats(bytes.data(), type, static_cast<int64_t>(floats.size()), floats.data());
    return {floats.begin(), floats.end()};
  }
  template <class Pointer>
  HeadRows<Pointer> rows(int64_t stride, int64_t head_stride) {
    return {bytes.data(), type, stride, head_stride};
  }

  FloatType type;
  std::vector<std::byte> bytes;
};

void check_near(const std::vector<double>& actual, const std::vector<double>& expected,
                double tolerance) {
  REQUIRE(actual.size() == expected.size());
  size_t wrong = 0;
  for (size_t i = 0; i < actual.size(); ++i)
    wrong += std::abs(actual[i] - expected[i]) <= tolerance * (1 + std::abs(expected[i])) ? 0 : 1;
  CHECK(wrong == 0);
}

constexpr double kEpsilon = 1e-5;

double inverse_rms(const double* s, int64_t size) {
  double squares = 0;
  for (int64_t i = 0; i < size; ++i) squares += s[i] * s[i];
  return 1 / std::sqrt(squares / static_cast<double>(size) + kEpsilon);
}

}  // namespace

TEST_CASE("runs of 16-bit floats convert as one number does, on every instruction set") {
  std::vector<Isa> sets{Isa::kPortable};
  if (best_isa() != Isa::kPortable) sets.push_back(Isa::kAvx2);
  if (best_isa() == Isa::kAvx512) sets.push_back(Isa::kAvx512);
  std::vector<uint16_t> halves(65536);
  for (size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<uint16_t>(i);
  for (const Isa isa : sets) {
    CAPTURE(isa_name(isa));
    const HalfRowKernels& kernels = half_row_kernels(isa);
    for (const FloatType type : {FloatType::kBfloat16, FloatType::kFloat16}) {
      std::vector<float> floats(halves.size()), expected(halves.size());
      kernels.to_floats(halves.data(), type, 65535, floats.data());  // leaves a part of a vector
      to_floats(halves.data(), type, 65535, expected.data());
      size_t wrong = 0;
      for (size_t i = 0; i < 65535; ++i)
        wrong +=
            floats[i] == expected[i] || (std::isnan(floats[i]) && std::isnan(expected[i])) ? 0 : 1;
      CHECK(wrong == 0);

      std::mt19937 random(1);
      for (float& number : floats) number = std::bit_cast<float>(static_cast<uint32_t>(random()));
      for (size_t i = 0; i < 1000; ++i)
        floats[i] = std::ldexp(1.f + 0x1p-11f * static_cast<float>(i), -20);
      std::vector<uint16_t> narrowed(floats.size()), right(floats.size());
      kernels.from_floats(floats.data(), 65535, type, narrowed.data());
      from_floats(floats.data(), 65535, type, right.data());
      wrong = 0;
      for (size_t i = 0; i < 65535; ++i)
        wrong += narrowed[i] == right[i] || std::isnan(floats[i]) ? 0 : 1;
      CHECK(wrong == 0);
      for (size_t i = 0; i < 65535; ++i)
        if (std::isnan(floats[i])) {
          float back = 0;
          to_floats(&narrowed[i], type, 1, &back);
          if (!std::isnan(back)) CHECK(std::isnan(back));
        }
    }
  }
}

TEST_CASE("RMS norm adds, norms and keeps what its gradient needs, in every storage type") {
  for (const FloatType type : kTypes) {
    for (const FloatType stream : {FloatType::kFloat32, type}) {
      for (const int64_t size : {1, 31, 96}) {
        CAPTURE(float_name(type));
        CAPTURE(size);
        const int64_t n = 70, heads = 3, stride = heads * size + 5;
        Stored x(stream, n * stride, 1), added(type, n * stride, 2), gain(type, size, 3, 1.f);
        Stored y(type, n * stride, 4), sum(FloatType::kFloat32, n * stride, 5);
        std::vector<float> inverse(static_cast<size_t>(n * heads));
        const std::vector<double> xs = x.numbers(), as = added.numbers(), gs = gain.numbers();
        std::vector<double> expected = y.numbers(), sums = sum.numbers(), inverses;
        for (int64_t row = 0; row < n; ++row)
          for (int64_t head = 0; head < heads; ++head) {
            const auto at = static_cast<size_t>(row * stride + head * size);
            for (size_t i = 0; i < static_cast<size_t>(size); ++i)
              sums[at + i] = xs[at + i] + as[at + i];
            inverses.push_back(inverse_rms(&sums[at], size));
            for (size_t i = 0; i < static_cast<size_t>(size); ++i)
              expected[at + i] = sums[at + i] * inverses.back() * gs[i];
          }
        RmsNorm job;
        job.shape = {n, heads, size};
        job.x = x.rows<const void*>(stride, size);
        job.added = added.rows<const void*>(stride, size);
        job.gain = {gain.bytes.data(), type};
        job.epsilon = static_cast<float>(kEpsilon);
        job.y = y.rows<void*>(stride, size);
        job.sum = sum.rows<void*>(stride, size);
        job.inverse_rms = inverse.data();
        ThreadPool threads(2);
        rms_norm(job, threads);
        check_near(y.numbers(), expected, rounding(type));
        check_near(sum.numbers(), sums, 1e-6);
        check_near({inverse.begin(), inverse.end()}, inverses, 3e-6);
      }
    }
  }
}

TEST_CASE(
    "the gradient of RMS norm is that of differences, and its gain's is the same on any threads") {
  for (const FloatType type : kTypes) {
    CAPTURE(float_name(type));
    const int64_t n = 150, size = 40;
    Stored x(FloatType::kFloat32, n * size, 1), added(type, n * size, 2), gain(type, size, 3, 1.f);
    Stored d_y(type, n * size, 4);
    const std::vector<double> xs = x.numbers(), as = added.numbers(), gs = gain.numbers(),
                              ds = d_y.numbers();
    std::vector<double> expected(static_cast<size_t>(n * size)),
        d_gain(static_cast<size_t>(size), 0.5);
    std::vector<float> inverse;
    for (int64_t row = 0; row < n; ++row) {
      const auto at = static_cast<size_t>(row * size);
      std::vector<double> s(static_cast<size_t>(size));
      for (size_t i = 0; i < s.size(); ++i) s[i] = xs[at + i] + as[at + i];
      inverse.push_back(static_cast<float>(inverse_rms(s.data(), size)));
      const auto value = [&] {  // what the gradient is of
        const double scale = inverse_rms(s.data(), size);
        double total = 0;
        for (size_t i = 0; i < s.size(); ++i) total += ds[at + i] * s[i] * scale * gs[i];
        return total;
      };
      for (size_t i = 0; i < s.size(); ++i) {
        const double step = 1e-5, here = s[i];
        d_gain[i] += ds[at + i] * here * inverse_rms(s.data(), size);
        s[i] = here + step;
        const double above = value();
        s[i] = here - step;
        expected[at + i] = (above - value()) / (2 * step);
        s[i] = here;
      }
    }
    for (const bool accumulates : {false, true}) {
      std::vector<std::vector<float>> gains;
      for (const int count : {1, 3}) {
        Stored d_x(FloatType::kFloat32, n * size, 6);
        std::vector<double> total = d_x.numbers();
        for (size_t i = 0; i < total.size(); ++i)
          total[i] = (accumulates ? total[i] : 0) + expected[i];
        std::vector<float> gain_slope(static_cast<size_t>(size), 0.5f);
        RmsNormBackward job;
        job.shape = {n, 1, size};
        job.d_y = d_y.rows<const void*>(size, size);
        job.x = x.rows<const void*>(size, size);
        job.added = added.rows<const void*>(size, size);
        job.gain = {gain.bytes.data(), type};
        job.inverse_rms = inverse.data();
        job.d_x = d_x.rows<void*>(size, size);
        job.d_gain = gain_slope.data();
        job.accumulates = accumulates;
        ThreadPool threads(count);
        rms_norm_backward(job, threads);
        check_near(d_x.numbers(), total, 1e-5);  // of central differences
        check_near({gain_slope.begin(), gain_slope.end()}, d_gain, 1e-5);
        gains.push_back(gain_slope);
      }
      CHECK(gains[0] == gains[1]);
    }
  }
}

TEST_CASE("RoPE turns pairs of halves by their position's angle, and its inverse turns them back") {
  for (const FloatType type : kTypes) {
    CAPTURE(float_name(type));
    const int64_t n = 66, heads = 3, size = 12, half = size / 2, stride = heads * size + 4;
    Stored x(type, n * stride, 1);
    const std::vector<double> before = x.numbers();
    std::vector<float> cos, sin;
    std::vector<int32_t> positions;
    for (int64_t i = 0; i < 100 * half; ++i) {
      cos.push_back(std::cos(0.1f * static_cast<float>(i)));
      sin.push_back(std::sin(0.1f * static_cast<float>(i)));
    }
    for (int64_t i = 0; i < n; ++i) positions.push_back(static_cast<int32_t>((i * 37) % 100));
    Rope job{{n, heads, size}, x.rows<void*>(stride, size),
             positions.data(), cos.data(),
             sin.data(),       false};
    ThreadPool threads(2);
    rope(job, threads);
    std::vector<double> expected = before;
    for (int64_t row = 0; row < n; ++row)
      for (int64_t head = 0; head < heads; ++head)
        for (int64_t i = 0; i < half; ++i) {
          const auto left = static_cast<size_t>(row * stride + head * size + i);
          const size_t right = left + static_cast<size_t>(half);
          const auto at = static_cast<size_t>(positions[static_cast<size_t>(row)] * half + i);
          const double c = static_cast<double>(cos[at]), s = static_cast<double>(sin[at]);
          expected[left] = before[left] * c - before[right] * s;
          expected[right] = before[right] * c + before[left] * s;
        }
    check_near(x.numbers(), expected, rounding(type));
    job.inverse = true;
    rope(job, threads);
    check_near(x.numbers(), before, 3 * rounding(type));  // rounded twice, errors turned along
  }
}

TEST_CASE("SwiGLU and its gradient are those of the formula, beyond the piece that is in work") {
  for (const FloatType type : kTypes) {
    for (const int64_t size : {7, 1500}) {
      CAPTURE(float_name(type));
      CAPTURE(size);
      const int64_t n = 65;
      Stored gate_up(type, 2 * n * size, 1), out(type, n * size, 2), d_out(type, n * size, 3);
      Stored again(type, n * size, 4);
      const std::vector<double> both = gate_up.numbers(), slopes = d_out.numbers();
      std::vector<double> expected(static_cast<size_t>(n * size)), gradient(both.size());
      for (int64_t row = 0; row < n; ++row)
        for (int64_t i = 0; i < size; ++i) {
          const auto at = static_cast<size_t>(row * size + i);
          const auto gate = static_cast<size_t>(2 * row * size + i);
          const size_t up = gate + static_cast<size_t>(size);
          const double sigmoid = 1 / (1 + std::exp(-both[gate]));
          expected[at] = both[gate] * sigmoid * both[up];
          gradient[gate] = slopes[at] * both[up] * sigmoid * (1 + both[gate] * (1 - sigmoid));
          gradient[up] = slopes[at] * both[gate] * sigmoid;
        }
      ThreadPool threads(2);
      Swiglu job{n, size, type, gate_up.bytes.data(), out.bytes.data()};
      swiglu(job, threads);
      check_near(out.numbers(), expected, rounding(type));
      job.out = again.bytes.data();
      swiglu_backward(job, d_out.bytes.data(), gate_up.bytes.data(), threads);  // in place
      check_near(gate_up.numbers(), gradient, rounding(type));
      CHECK(again.bytes == out.bytes);
    }
  }
}

}  // namespace querl
