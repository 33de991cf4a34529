// Attention over packed sequences, against float64.
#include "kernels/varlen_attention.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/cases.h"
#include "tests/varlen_attention_case.h"

namespace querl {
namespace {

// Of the root mean square of what is compared, or half of the inputs' where that is more (the
// gradients of a few tokens are differences, of the output among others, which is rounded). fp32:
// sums of up to a few hundred products. 16 bits: the result is rounded to 2^-9 (2^-12) of itself,
// and in bfloat16 the weights and their slopes are rounded before they are multiplied.
double tolerance(FloatType type) {
  return type == FloatType::kFloat32 ? 2e-5 : type == FloatType::kFloat16 ? 4e-3 : 4e-2;
}
constexpr double kLogSumTolerance = 2e-5;  // sums of fp32 weights that are good to 3e-6

std::vector<LinearIsa> isas(FloatType type) {
  std::vector<LinearIsa> all;
  for (const Isa isa : available_isas()) all.push_back({isa, Bf16Isa::kConvert});
  if (type != FloatType::kBfloat16) return all;
  if (best_bf16_isa() >= Bf16Isa::kAvx512) all.push_back({best_isa(), Bf16Isa::kAvx512});
  if (best_bf16_isa() >= Bf16Isa::kAmx) all.push_back({best_isa(), Bf16Isa::kAmx});
  return all;
}

void check_close(const std::vector<double>& actual, const std::vector<double>& expected,
                 double tolerance) {
  REQUIRE(actual.size() == expected.size());
  double square = 0;
  for (const double x : expected) square += x * x;
  const auto count = static_cast<double>(std::max<size_t>(1, expected.size()));
  const double unit = std::max(0.5, std::sqrt(square / count));
  for (size_t i = 0; i < actual.size(); ++i) {
    CAPTURE(i);
    REQUIRE(std::abs(actual[i] - expected[i]) <= tolerance * (unit + std::abs(expected[i])));
  }
}

void check(const VarlenCase& c) {
  const VarlenBatch batch(c);
  const VarlenBatch::Results expected = batch.expected();
  for (const LinearIsa& isa : isas(c.type)) {
    CAPTURE(std::string(isa_name(isa.isa)));
    CAPTURE(std::string(bf16_isa_name(isa.bf16)));
    CAPTURE(std::string(float_name(c.type)));
    CAPTURE(c.head_dim);
    CAPTURE(c.window);
    const VarlenBatch::Results actual = batch.run(isa);
    check_close(actual.log_sums, expected.log_sums, kLogSumTolerance);
    check_close(actual.out, expected.out, tolerance(c.type));
    check_close(actual.d_v, expected.d_v, tolerance(c.type));
    check_close(actual.d_q, expected.d_q, tolerance(c.type));
    check_close(actual.d_k, expected.d_k, tolerance(c.type));
  }
}

constexpr FloatType kTypes[] = {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16};

TEST_CASE("attention and its gradient equal float64 for every head size and group") {
  for (const FloatType type : kTypes)
    for (const int64_t head_dim : {1, 10, 16, 32, 64, 80, 128})
      for (const int64_t group : {1, 2, 7})
        check({type, {{40, 40}, {3, 70}}, 2 * group, 2, head_dim});
}

TEST_CASE("attention and its gradient equal float64 for every length") {
  for (const FloatType type : kTypes)
    for (const int64_t length : {1, 2, 31, 32, 33, 64, 127, 128, 129, 160, 300})
      check({type, {{length, length}}, 2, 1, 32});
}

TEST_CASE("sequences may be empty, of one token, and have more keys than queries") {
  for (const FloatType type : kTypes) {
    check({type, {}, 2, 1, 16});
    check({type, {{0, 0}}, 2, 1, 16});
    check(
        {type, {{0, 0}, {1, 1}, {0, 5}, {1, 200}, {35, 36}, {0, 0}, {64, 300}, {5, 5}}, 4, 2, 16});
  }
}

TEST_CASE("attention and its gradient equal float64 with a window") {
  for (const FloatType type : kTypes)
    for (const int64_t window : {1, 2, 31, 32, 33, 64, 100, 299, 1000})
      check({type, {{300, 300}, {1, 1}, {50, 170}}, 2, 1, 32, window});
}

TEST_CASE("attention that is not causal and its gradient equal float64 for every length") {
  for (const FloatType type : kTypes) {
    for (const int64_t length : {1, 2, 31, 32, 33, 64, 127, 128, 129, 160, 300})
      check({.type = type, .lengths = {{length, length}}, .head_dim = 32, .causal = false});
    check({.type = type,
           .lengths = {{1, 70}, {35, 36}, {0, 0}, {7, 7}, {2, 300}},
           .heads = 4,
           .kv_heads = 2,
           .head_dim = 20,
           .causal = false});
  }
}

TEST_CASE("any number of threads gives the same bits") {
  for (const FloatType type : kTypes) {
    const VarlenBatch batch({type, {{300, 300}, {7, 9}, {120, 200}}, 6, 2, 64});
    const VarlenBatch::Results one = batch.run({}, 1);
    for (const int threads : {2, 3, 8}) {
      const VarlenBatch::Results many = batch.run({}, threads);
      CHECK(many.out == one.out);
      CHECK(many.log_sums == one.log_sums);
      CHECK(many.d_q == one.d_q);
      CHECK(many.d_k == one.d_k);
      CHECK(many.d_v == one.d_v);
    }
  }
}

TEST_CASE("scores of any size make no overflow") {
  for (const LinearIsa& isa : isas(FloatType::kFloat32)) {
    VarlenBatch batch({FloatType::kFloat32, {{40, 40}}, 2, 1, 16});
    for (double& x : batch.q) x *= 1000;
    const VarlenBatch::Results expected = batch.run(isa);
    for (const double x : expected.out) REQUIRE(std::isfinite(x));
    for (const double x : expected.d_k) REQUIRE(std::isfinite(x));
  }
}

// A prompt that several answers share, computed once: its rows attend to themselves, and the rows
// of an answer to a copy of its keys that stands before theirs.
TEST_CASE("a shared prompt gives what the sequences give that were not taken apart") {
  const int64_t prompt = 45, answer = 23;
  const VarlenCase whole_case{FloatType::kFloat32, {{prompt + answer, prompt + answer}}, 4, 2, 32};
  const VarlenBatch whole(whole_case);
  VarlenCase apart_case = whole_case;
  apart_case.lengths = {{prompt, prompt}, {answer, prompt + answer}};
  VarlenBatch apart(apart_case);
  const auto split = static_cast<std::ptrdiff_t>(prompt * 2 * 32);
  apart.q = whole.q;
  for (auto [to, from] : {std::pair{&apart.k, &whole.k}, {&apart.v, &whole.v}}) {
    std::copy(from->begin(), from->begin() + split, to->begin());
    std::copy(from->begin(), from->end(), to->begin() + split);
  }
  check_close(apart.run({}).out, whole.run({}).out, tolerance(FloatType::kFloat32));
}

}  // namespace
}  // namespace querl
