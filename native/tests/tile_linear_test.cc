// Linear layers by the tiles of AMX, against float64.
#include "kernels/tile_linear.h"

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

constexpr FloatType kTypes[] = {FloatType::kBfloat16, FloatType::kFloat32};

struct Free {
  void operator()(void* data) const { std::free(data); }
};
using Memory = std::unique_ptr<void, Free>;

// NaNs where nothing is written.
Memory memory(int64_t bytes) {
  const auto size = static_cast<size_t>((bytes + 63) / 64 * 64);
  Memory made(std::aligned_alloc(64, size));
  std::memset(made.get(), 0xff, size);
  return made;
}

// One product with random numbers.
struct Case {
  Case(FloatType of, int64_t rows, int64_t outputs, int64_t depth)
      : type(of), kernels(*tile_linear_kernels(of)), m(rows), n(outputs), k(depth) {
    std::mt19937 random(static_cast<uint32_t>(m * 7 + n * 3 + k));
    std::normal_distribution<float> normal(0.f, 1.f);
    for (int64_t i = 0; i < m * k; ++i) x.push_back(normal(random));
    for (int64_t i = 0; i < n * k; ++i) w.push_back(as_stored(normal(random)));
    for (int64_t i = 0; i < n; ++i) bias.push_back(normal(random));
    for (int64_t i = 0; i < m * n; ++i) before.push_back(normal(random));
  }

  float as_stored(float value) const {
    return type == FloatType::kBfloat16 ? from_bfloat16(to_bfloat16(value)) : value;
  }

  // What makes the product of rows [first, first + count).
  struct Packed {
    Memory weights, rows, room;
    TileProduct product;
  };
  Packed pack(int64_t first, int64_t count) const {
    const int64_t depth = (k + kTileDepth - 1) / kTileDepth * kTileDepth;
    const int64_t panel_bytes = kTileOutputPanel * depth * float_bytes(type);
    const int64_t panels = (n + kTileOutputPanel - 1) / kTileOutputPanel;
    Packed made{memory(panels * panel_bytes),
                memory(kernels.packed_bytes(count, k)),
                memory(kernels.room_bytes(k)),
                {}};
    std::vector<std::byte> stored(static_cast<size_t>(n * k * float_bytes(type)));
    from_floats(w.data(), n * k, type, stored.data());
    for (int64_t panel = 0; panel < panels; ++panel)
      kernels.pack_weights(stored.data() + panel * kTileOutputPanel * k * float_bytes(type),
                           std::min(kTileOutputPanel, n - panel * kTileOutputPanel), k,
                           static_cast<char*>(made.weights.get()) + panel * panel_bytes);
    for (int64_t panel = 0; panel * kTileRowPanel < count; ++panel)
      kernels.pack(x.data() + first * k, k, count, k, panel, made.rows.get());
    made.product = {made.rows.get(), count, made.weights.get(), n, k, bias.data(), made.room.get()};
    return made;
  }

  // In parts of the outputs, as a team would.
  std::vector<float> run(bool accumulate, int64_t first, int64_t count, int64_t part) const {
    const Packed packed = pack(first, count);
    std::vector<float> c(before.begin() + first * n, before.begin() + (first + count) * n);
    for (int64_t begin = 0; begin < n; begin += part)
      kernels.multiply(packed.product, begin, std::min(n, begin + part), accumulate, c.data(), n);
    return c;
  }

  struct Expected {
    double value, magnitude;  // of the terms
  };
  Expected expected(int64_t row, int64_t output, bool accumulate) const {
    Expected all{0, 0};
    const auto add = [&](double term) {
      all.value += term;
      all.magnitude += std::abs(term);
    };
    add(bias[size_t(output)]);
    if (accumulate) add(before[size_t(row * n + output)]);
    for (int64_t i = 0; i < k; ++i)
      add(double{as_stored(x[size_t(row * k + i)])} * w[size_t(output * k + i)]);
    return all;
  }

  // What fp32 rounds, as in half_linear_test.cc; the products that are left out are far less.
  static double tolerance(double magnitude) { return 2.4e-7 * magnitude + 1e-30; }

  FloatType type;
  const TileLinearKernels& kernels;
  int64_t m, n, k;
  std::vector<float> x, w, bias, before;
};

bool has_tiles() {
  if (best_bf16_isa() == Bf16Isa::kAmx) return true;
  MESSAGE("skipped: this processor has no AMX");
  return false;
}

struct Size {
  int64_t m, n, k;
};

std::vector<Size> sizes() {
  std::vector<Size> all{{2, 40, 4864}, {33, 100, 896}, {300, 33, 70}};
  for (const int64_t m : {1, 15, 16, 17, 33, 49})
    for (const int64_t n : {1, 16, 17, 32, 33, 70})
      for (const int64_t k : {1, 31, 33, 800}) all.push_back({m, n, k});
  return all;
}

TEST_CASE("a product by tiles equals float64 for sizes around tiles") {
  if (!has_tiles()) return;
  for (const FloatType type : kTypes)
    for (const Size& size : sizes()) {
      const Case of(type, size.m, size.n, size.k);
      const bool accumulate = size.n % 2 == 0;
      const std::vector<float> c = of.run(accumulate, 0, of.m, of.n + kTileOutputPanel);
      for (int64_t row = 0; row < of.m; ++row)
        for (int64_t output = 0; output < of.n; ++output) {
          const auto [value, magnitude] = of.expected(row, output, accumulate);
          CAPTURE(std::string(float_name(type)) + " " + std::to_string(size.m) + " x " +
                  std::to_string(size.n) + " x " + std::to_string(size.k));
          REQUIRE(std::abs(c[size_t(row * of.n + output)] - value) <= of.tolerance(magnitude));
        }
    }
}

TEST_CASE("a rounded product by tiles is the product, rounded") {
  if (!has_tiles()) return;
  for (const FloatType type : kTypes)
    for (const Size& size : sizes()) {
      if (size.k > 768) continue;  // deeper ones are summed in parts
      const Case of(type, size.m, size.n, size.k);
      const std::vector<float> c = of.run(false, 0, of.m, of.n + kTileOutputPanel);
      const Case::Packed packed = of.pack(0, of.m);
      const int64_t stride = of.n + 3;
      std::vector<uint16_t> rounded(size_t(of.m * stride), 0x1234);
      of.kernels.multiply_rounded(packed.product, 0, of.n, rounded.data(), stride);
      for (int64_t row = 0; row < of.m; ++row)
        for (int64_t i = 0; i < stride; ++i)
          REQUIRE(rounded[size_t(row * stride + i)] ==
                  (i < of.n ? to_bfloat16(c[size_t(row * of.n + i)]) : 0x1234));
    }
}

TEST_CASE("an activated product by tiles is the next product's operand") {
  if (!has_tiles()) return;
  for (const FloatType type : kTypes)
    for (const Activation activation :
         {Activation::kGelu, Activation::kGeluTanh, Activation::kRelu, Activation::kTanh})
      for (const Size& size : {Size{1, 5, 7}, Size{33, 70, 40}, Size{50, 96, 64}}) {
        const Case of(type, size.m, size.n, size.k);
        const Case::Packed first = of.pack(0, of.m);
        const Memory activated = memory(of.kernels.packed_bytes(of.m, of.n));
        for (int64_t begin = 0; begin < of.n; begin += kTileOutputPanel)
          of.kernels.multiply_activated(first.product, begin,
                                        std::min(of.n, begin + kTileOutputPanel), activation,
                                        activated.get());
        // The identity brings its numbers back.
        Case identity(type, of.m, of.n, of.n);
        std::fill(identity.bias.begin(), identity.bias.end(), 0.f);
        for (int64_t i = 0; i < of.n * of.n; ++i)
          identity.w[size_t(i)] = i % (of.n + 1) == 0 ? 1.f : 0.f;
        Case::Packed second = identity.pack(0, of.m);
        second.product.packed = activated.get();
        std::vector<float> back(size_t(of.m * of.n));
        of.kernels.multiply(second.product, 0, of.n, false, back.data(), of.n);
        const std::vector<float> c = of.run(false, 0, of.m, of.n + kTileOutputPanel);
        for (size_t i = 0; i < back.size(); ++i) {
          const double x = c[i];
          const double wanted =
              activation == Activation::kGelu   ? x * 0.5 * std::erfc(-x / std::sqrt(2.))
              : activation == Activation::kRelu ? std::max(0., x)
              : activation == Activation::kTanh
                  ? std::tanh(x)
                  : 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
          // The activation to 1e-6 of |x| and 1, and then 2^-8 of bfloat16.
          const double rounding = type == FloatType::kBfloat16 ? std::abs(wanted) / 256 : 0;
          REQUIRE(std::abs(back[i] - wanted) <= 1e-6 * (1 + std::abs(x)) + rounding);
        }
      }
}

TEST_CASE("a row's product by tiles has the same bits alone, among others, and in any part") {
  if (!has_tiles()) return;
  for (const FloatType type : kTypes) {
    const Case of(type, 70, 75, 931);
    const std::vector<float> all = of.run(true, 0, 70, 96);
    for (const int64_t count : {1, 2, 5, 16, 31, 64})
      for (const int64_t part : {32, 64}) {
        const int64_t first = 70 - count;
        const std::vector<float> some = of.run(true, first, count, part);
        REQUIRE(std::memcmp(some.data(), all.data() + first * 75, some.size() * sizeof(float)) ==
                0);
      }
  }
}

TEST_CASE("what is not a number stays with its row and its output in a product by tiles") {
  if (!has_tiles()) return;
  for (const FloatType type : kTypes) {
    Case of(type, 20, 40, 45);
    of.x[3 * 45 + 44] = std::numeric_limits<float>::quiet_NaN();
    of.w[7 * 45 + 44] = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> c = of.run(false, 0, 20, 64);
    for (size_t row = 0; row < 20; ++row)
      for (size_t output = 0; output < 40; ++output)
        REQUIRE(std::isnan(c[row * 40 + output]) == (row == 3 || output == 7));
  }
}

TEST_CASE("float16, and processors without tiles, have no products by tiles") {
  CHECK(tile_linear_kernels(FloatType::kFloat16) == nullptr);
  CHECK(tile_linear_kernels(FloatType::kFloat32, {Isa::kPortable, Bf16Isa::kConvert}) == nullptr);
  CHECK(tile_linear_kernels(FloatType::kBfloat16, {best_isa(), Bf16Isa::kConvert}) == nullptr);
}

}  // namespace
}  // namespace querl
