// The CUDA kernels of logits_logprobs on emulated CUDA, against a float64 twin.
#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <random>
#include <vector>

#include "kernels/cuda/bfloat16.cuh"
#include "kernels/cuda/logits_logprobs.cuh"
#include "tests/cases.h"

namespace querl {
namespace {

// Logits below 30 in size: a z of 30 is known to 30 * 2^-24, sums of its exponentials to some times
// 2^-24, and the slopes are of size 1.
constexpr double kTolerance = 8e-6;
constexpr double kBfloat16 = 0x1p-8;  // half a step, relative

struct Twin {
  double logprob = 0, entropy = 0;
  std::vector<double> slopes;
};

Twin twin_of(const std::vector<double>& logits, int64_t target, double temperature, double dl,
             double de) {
  Twin twin;
  twin.slopes.assign(logits.size(), 0);
  if (target < 0) return twin;
  double total = 0, top = -INFINITY;
  for (const double x : logits) top = std::max(top, x / temperature);
  for (const double x : logits) total += std::exp(x / temperature - top);
  const auto log_p = [&](double x) { return x / temperature - top - std::log(total); };
  for (const double x : logits)
    if (std::exp(log_p(x)) > 0) twin.entropy -= std::exp(log_p(x)) * log_p(x);
  twin.logprob = log_p(logits[target]);
  for (size_t i = 0; i < logits.size(); ++i) {
    const double p = std::exp(log_p(logits[i]));
    const double own = p > 0 ? p * (dl + de * (log_p(logits[i]) + twin.entropy)) : 0;
    twin.slopes[i] = ((static_cast<int64_t>(i) == target ? dl : 0) - own) / temperature;
  }
  return twin;
}

struct Case {
  int64_t tokens, vocab, stride, offset;
  FloatType type;
  std::vector<float> floats;
  std::vector<Bfloat16> halves;
  std::vector<int64_t> targets;
  std::vector<float> dl, de;

  Case(int64_t tokens, int64_t vocab, FloatType type, int64_t padding = 0, int64_t offset = 0)
      : tokens(tokens), vocab(vocab), stride(vocab + padding), offset(offset), type(type) {
    std::mt19937 random(static_cast<unsigned>(tokens * 7919 + vocab));
    std::normal_distribution<float> normal(0.f, 4.f);
    floats.resize(static_cast<size_t>(tokens * stride + offset) + 16);
    halves.resize(floats.size());
    for (size_t i = 0; i < floats.size(); ++i) {
      narrow(normal(random), halves[i]);
      floats[i] = type == FloatType::kFloat32 ? normal(random) : widened(halves[i]);
    }
    for (int64_t t = 0; t < tokens; ++t) {
      targets.push_back(t % 5 == 3 ? -100 : (t * 31) % vocab);
      dl.push_back(t % 7 == 6 ? 0.f : normal(random) / 4);
      de.push_back(t % 7 == 6 ? 0.f : normal(random) / 4);
    }
  }

  void* data() {
    return type == FloatType::kFloat32 ? static_cast<void*>(floats.data() + offset)
                                       : static_cast<void*>(halves.data() + offset);
  }
  ConstRows rows() { return {data(), stride, type}; }
  std::vector<double> row(int64_t t) const {
    const float* from = floats.data() + offset + t * stride;
    return {from, from + vocab};
  }
};

struct Scores {
  std::vector<float> logprobs, entropies, maxima, log_sums;
  explicit Scores(int64_t tokens)
      : logprobs(tokens, NAN), entropies(tokens, NAN), maxima(tokens, NAN), log_sums(tokens, NAN) {}
  TokenScores out() { return {logprobs.data(), entropies.data(), maxima.data(), log_sums.data()}; }
};

Scores forward(Case& c, float temperature) {
  Scores scores(c.tokens);
  const LogitsShape shape{c.tokens, c.vocab};
  std::vector<char> workspace(logits_logprobs_workspace_bytes(shape) + 1, '\x7f');
  REQUIRE(logits_logprobs_cuda(shape, c.rows(), c.targets.data(), temperature, scores.out(),
                               workspace.data(), nullptr) == cudaSuccess);
  return scores;
}

void backward(Case& c, const Scores& scores, float temperature, const Rows& out) {
  REQUIRE(logits_logprobs_backward_cuda({c.tokens, c.vocab}, c.rows(), c.targets.data(),
                                        temperature,
                                        {scores.entropies.data(), scores.maxima.data(),
                                         scores.log_sums.data(), c.dl.data(), c.de.data()},
                                        out, nullptr) == cudaSuccess);
}

void check_case(Case c, float temperature) {
  const Scores scores = forward(c, temperature);
  const std::vector<float> before = c.floats;
  backward(c, scores, temperature, {c.data(), c.stride, c.type});  // in place
  const double half = c.type == FloatType::kBfloat16 ? kBfloat16 : 0;
  for (int64_t t = 0; t < c.tokens; ++t) {
    const float* from = before.data() + c.offset + t * c.stride;
    const Twin twin = twin_of({from, from + c.vocab}, c.targets[t], temperature, c.dl[t], c.de[t]);
    CHECK(std::abs(scores.logprobs[t] - twin.logprob) <= kTolerance);
    CHECK(std::abs(scores.entropies[t] - twin.entropy) <= kTolerance);
    double worst = 0;
    for (int64_t i = 0; i < c.vocab; ++i) {
      const int64_t at = c.offset + t * c.stride + i;
      const double slope = c.type == FloatType::kFloat32 ? c.floats[at] : widened(c.halves[at]);
      const double error = std::abs(slope - twin.slopes[i]);
      worst = std::max(worst, error - half * std::abs(twin.slopes[i]));
    }
    CHECK(worst <= kTolerance);
    for (int64_t i = c.offset + t * c.stride + c.vocab; i < c.offset + (t + 1) * c.stride; ++i)
      CHECK(std::bit_cast<uint32_t>(before[i]) ==
            std::bit_cast<uint32_t>(c.type == FloatType::kFloat32 ? c.floats[i]
                                                                  : widened(c.halves[i])));
  }
}

TEST_CASE("CUDA logits_logprobs equals its float64 twin at every size") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16})
    for (const int64_t vocab : kSizes)
      if (vocab > 0) check_case(Case(7, vocab, type), 1.f);
  for (const int64_t tokens : {0, 1, 33}) check_case(Case(tokens, 50, FloatType::kFloat32), 1.f);
}

TEST_CASE("CUDA logits_logprobs takes rows at any address and over several pieces") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16}) {
    for (const int64_t offset : {0, 1, 3, 5, 8})
      for (const int64_t padding : {0, 1, 8}) check_case(Case(3, 777, type, padding, offset), .7f);
    check_case(Case(2, 2 * kSoftmaxColumns + 5, type, 3, 1), 1.f);
    check_case(Case(2, kSoftmaxColumns, type), 1.3f);
  }
}

TEST_CASE(
    "CUDA logits_logprobs: where the gradient goes may be aligned otherwise than the logits") {
  Case c(3, 301, FloatType::kFloat32, 2, 1);
  const Scores scores = forward(c, 1.f);
  std::vector<float> out(3 * 310, 7.f);
  backward(c, scores, 1.f, {out.data(), 310, FloatType::kFloat32});
  std::vector<Bfloat16> halves(3 * 304);
  backward(c, scores, 1.f, {halves.data(), 304, FloatType::kBfloat16});
  for (int64_t t = 0; t < 3; ++t) {
    const Twin twin = twin_of(c.row(t), c.targets[t], 1, c.dl[t], c.de[t]);
    for (int64_t i = 0; i < 301; ++i) {
      CHECK(std::abs(out[t * 310 + i] - twin.slopes[i]) < kTolerance);
      CHECK(std::abs(widened(halves[t * 304 + i]) - twin.slopes[i]) <
            kTolerance + kBfloat16 * std::abs(twin.slopes[i]));
    }
    CHECK(out[t * 310 + 301] == 7.f);
  }
}

TEST_CASE("CUDA logits_logprobs: any chunks of columns give the same bits") {
  Case c(3, 3 * kSoftmaxColumns - 11, FloatType::kBfloat16);
  const Scores first = forward(c, 1.f);
  const int64_t tokens = c.tokens;
  std::vector<SoftmaxPiece> pieces(3 * tokens);
  for (int64_t chunk = 0; chunk < 3; ++chunk) {
    const int64_t at = chunk * kSoftmaxColumns;
    REQUIRE(softmax_pieces_cuda({{c.halves.data() + at, c.stride, c.type},
                                 tokens,
                                 at,
                                 std::min(kSoftmaxColumns, c.vocab - at)},
                                c.targets.data(), 1.f, pieces.data() + chunk * tokens,
                                nullptr) == cudaSuccess);
  }
  Scores second(tokens);
  REQUIRE(token_scores_cuda(pieces.data(), 3, tokens, c.vocab, c.targets.data(), 1.f, second.out(),
                            nullptr) == cudaSuccess);
  CHECK(first.logprobs == second.logprobs);
  CHECK(first.entropies == second.entropies);
  CHECK(first.maxima == second.maxima);
}

TEST_CASE(
    "CUDA logits_logprobs: what is not finite stays in its row, and -infinity is a probability 0") {
  Case c(6, 700, FloatType::kFloat32);
  c.targets = {1, 2, -1, 4, 5, 900};
  c.floats[0 * 700 + 650] = NAN;
  for (int64_t i = 0; i < 700; i += 2) c.floats[1 * 700 + i + 1] = -INFINITY;
  for (int64_t i = 0; i < 700; ++i) c.floats[2 * 700 + i] = NAN;
  c.floats[3 * 700 + 9] = INFINITY;
  const Scores scores = forward(c, 1.f);
  CHECK(std::isnan(scores.logprobs[0]));
  CHECK(std::isnan(scores.entropies[0]));
  const Twin masked = twin_of(c.row(1), 2, 1, c.dl[1], c.de[1]);
  CHECK(scores.logprobs[1] == doctest::Approx(masked.logprob).epsilon(1e-5));
  CHECK(scores.entropies[1] == doctest::Approx(masked.entropy).epsilon(1e-5));
  CHECK(scores.logprobs[2] == 0.f);
  CHECK(scores.entropies[2] == 0.f);
  CHECK(std::isnan(scores.logprobs[3]));
  CHECK(std::isfinite(scores.logprobs[4]));
  CHECK(std::isnan(scores.logprobs[5]));  // a target beyond the vocabulary
  std::vector<float> out(6 * 700, NAN);
  backward(c, scores, 1.f, {out.data(), 700, FloatType::kFloat32});
  for (int64_t i = 0; i < 700; ++i) {
    CHECK(std::abs(out[700 + i] - masked.slopes[i]) < 1e-5);
    CHECK(out[2 * 700 + i] == 0.f);
    CHECK(std::isfinite(out[4 * 700 + i]));
  }
}

TEST_CASE("CUDA logits_logprobs: large logits lose nothing but their own rounding") {
  Case c(2, 1000, FloatType::kFloat32);
  c.targets = {1, 2};
  for (float& x : c.floats) x = 30000.f + std::round(x * 8);
  const Scores scores = forward(c, 1.f);
  for (int64_t t = 0; t < 2; ++t) {
    const Twin twin = twin_of(c.row(t), c.targets[t], 1, 0, 0);
    CHECK(std::abs(scores.logprobs[t] - twin.logprob) <= kTolerance);
  }
}

}  // namespace
}  // namespace querl
