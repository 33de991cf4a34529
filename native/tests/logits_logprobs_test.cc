// logits_logprobs of every instruction set against float64 twins.
#include "kernels/logits_logprobs.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/cpu/float_rows.h"
#include "kernels/thread_pool.h"
#include "tests/cases.h"
#include "tests/token_scores_twin.h"

namespace querl {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// exp() is good to 2 units in the last place (2.4e-7), and so are sums of its positive values; z =
// logit / temperature is rounded to 6e-8 of itself, which is an absolute error of the log-prob and
// a relative one of a probability.
double tolerance(double largest) { return 1e-6 + 2e-7 * largest; }

constexpr double kBfloat16 = 1. / 256;  // rounding to 8 significant bits, halved and doubled

struct Logits {
  int64_t tokens, vocab;
  float temperature;
  std::vector<float> values;
  std::vector<int64_t> targets;
  FloatType type = FloatType::kFloat32;
  std::vector<uint16_t> halves{};  // the values, where the type is bfloat16

  std::vector<double> row(int64_t t) const {
    const auto first = values.begin() + t * vocab;
    return {first, first + vocab};
  }
  ConstRows view() const {
    if (type == FloatType::kFloat32) return {values.data(), vocab, type};
    return {halves.data(), vocab, type};
  }
  double largest() const {
    double all = 0;
    for (const float x : values)
      if (std::abs(x) < 1e6f) all = std::max(all, std::abs(double(x)) / double(temperature));
    return all;
  }
};

Logits random_logits(int64_t tokens, int64_t vocab, float spread, float temperature,
                     FloatType type = FloatType::kFloat32) {
  Logits logits{tokens,
                vocab,
                temperature,
                random_floats(tokens * vocab, 1, spread),
                random_targets(tokens, vocab, 2),
                type};
  if (type == FloatType::kBfloat16)
    for (float& x : logits.values) {
      logits.halves.push_back(to_bfloat16(x));
      x = from_bfloat16(logits.halves.back());
    }
  return logits;
}

struct Scores {
  explicit Scores(const Logits& logits, Isa isa = best_isa(), int threads = 1) {
    for (auto* all : {&logprobs, &entropies, &maxima, &log_sums})
      all->assign(size_t(logits.tokens), kNan);
    ThreadPool pool(threads);
    logits_logprobs({logits.tokens, logits.vocab}, logits.view(), logits.targets.data(),
                    logits.temperature,
                    {logprobs.data(), entropies.data(), maxima.data(), log_sums.data()}, pool, isa);
  }
  std::vector<float> logprobs, entropies, maxima, log_sums;
};

// In place, as float32.
std::vector<float> slopes_of(Logits logits, const Scores& scores, const float* d_logprobs,
                             const float* d_entropies, Isa isa = best_isa(), int threads = 1) {
  ThreadPool pool(threads);
  const Rows in_place{const_cast<void*>(logits.view().data), logits.vocab, logits.type};
  logits_logprobs_backward({logits.tokens, logits.vocab}, logits.view(), logits.targets.data(),
                           logits.temperature,
                           {scores.entropies.data(), scores.maxima.data(), scores.log_sums.data(),
                            d_logprobs, d_entropies},
                           in_place, pool, isa);
  for (size_t i = 0; i < logits.halves.size(); ++i)
    logits.values[i] = from_bfloat16(logits.halves[i]);
  return logits.values;
}

void check_against_twin(const Logits& logits, Isa isa) {
  CAPTURE(isa_name(isa));
  CAPTURE(logits.tokens);
  CAPTURE(logits.vocab);
  const Scores scores(logits, isa, 2);
  const auto d_logprobs = random_floats(logits.tokens, 3, 1.f);
  const auto d_entropies = random_floats(logits.tokens, 4, 0.3f);
  const auto slopes = slopes_of(logits, scores, d_logprobs.data(), d_entropies.data(), isa, 2);
  const double largest = logits.largest(), allowed = tolerance(largest);
  const bool is_bf16 = logits.type == FloatType::kBfloat16;
  double worst_score = 0, worst_slope = 0;
  for (int64_t t = 0; t < logits.tokens; ++t) {
    const auto i = size_t(t);
    const auto row = logits.row(t);
    const TwinScore twin = twin_score(row, logits.targets[i], double(logits.temperature));
    worst_score = std::max(worst_score, std::abs(double(scores.logprobs[i]) - twin.logprob) /
                                            (1 + std::abs(twin.logprob)));
    worst_score =
        std::max(worst_score, std::abs(double(scores.entropies[i]) - twin.entropy) / (1 + largest));
    const auto expected = twin_slopes(row, logits.targets[i], double(logits.temperature),
                                      double(d_logprobs[i]), double(d_entropies[i]));
    const double steepest =
        (std::abs(double(d_logprobs[i])) + std::abs(double(d_entropies[i])) * (1 + largest)) /
        double(logits.temperature);
    for (int64_t v = 0; v < logits.vocab; ++v) {
      const double slope = double(slopes[size_t(t * logits.vocab + v)]);
      const double rounding = is_bf16 ? kBfloat16 * std::abs(expected[size_t(v)]) : 0;
      const double error = std::abs(slope - expected[size_t(v)]) - rounding;
      worst_slope = std::max(worst_slope, error / (1e-30 + steepest));
    }
  }
  CHECK(worst_score < allowed);
  CHECK(worst_slope < 2 * allowed);
}

TEST_CASE("log-probs, entropies and gradients from logits equal the float64 formulas") {
  for (const Isa isa : available_isas())
    for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16})
      for (const float spread : {1.f, 30.f}) {
        for (const int64_t vocab : kSizes)
          if (vocab > 0) check_against_twin(random_logits(7, vocab, spread, 0.8f, type), isa);
        for (const int64_t tokens : kSizes)
          check_against_twin(random_logits(tokens, 37, spread, 1.f, type), isa);
        // More than one block of the row, and not a whole one.
        check_against_twin(random_logits(3, 3 * 4096 + 5, spread, 1.3f, type), isa);
      }
}

TEST_CASE("the gradient from logits equals central differences of the float64 twin") {
  const Logits logits = random_logits(6, 11, 2.f, 0.7f);
  const Scores scores(logits);
  const auto d_logprobs = random_floats(6, 3, 1.f), d_entropies = random_floats(6, 4, 1.f);
  const auto slopes = slopes_of(logits, scores, d_logprobs.data(), d_entropies.data());
  const double h = 1e-5;
  for (int64_t t = 0; t < 6; ++t)
    for (int64_t v = 0; v < 11; ++v) {
      const auto loss = [&](double by) {
        auto row = logits.row(t);
        row[size_t(v)] += by;
        const TwinScore twin = twin_score(row, logits.targets[size_t(t)], 0.7f);
        return double(d_logprobs[size_t(t)]) * twin.logprob +
               double(d_entropies[size_t(t)]) * twin.entropy;
      };
      CHECK(double(slopes[size_t(t * 11 + v)]) ==
            doctest::Approx((loss(h) - loss(-h)) / (2 * h)).epsilon(1e-5));
    }
}

TEST_CASE("an ignored row is not read and has zeros for results and gradients") {
  for (const Isa isa : available_isas()) {
    Logits logits = random_logits(20, 50, 1.f, 1.f);
    for (int64_t t = 0; t < 20; ++t)
      if (logits.targets[size_t(t)] < 0)
        for (int64_t v = 0; v < 50; ++v) logits.values[size_t(t * 50 + v)] = kNan;
    const Scores scores(logits, isa);
    const std::vector<float> ones(20, 1.f);
    const auto slopes = slopes_of(logits, scores, ones.data(), ones.data(), isa);
    for (int64_t t = 0; t < 20; ++t) {
      const bool ignored = logits.targets[size_t(t)] < 0;
      CHECK((scores.logprobs[size_t(t)] == 0.f) == ignored);
      CHECK((scores.entropies[size_t(t)] == 0.f) == ignored);
      for (int64_t v = 0; v < 50; ++v) {
        CHECK(std::isfinite(slopes[size_t(t * 50 + v)]));
        if (ignored) CHECK(slopes[size_t(t * 50 + v)] == 0.f);
      }
    }
  }
}

TEST_CASE("a NaN among the logits stays in its row") {
  for (const Isa isa : available_isas())
    for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16})
      for (const size_t place : {size_t{0}, size_t{33}, size_t{4999}}) {
        const Logits clean = random_logits(4, 5000, 1.f, 1.f, type);
        Logits broken = clean;
        broken.values[5000 + place] = kNan;
        if (type == FloatType::kBfloat16) broken.halves[5000 + place] = 0x7fc0;
        const Scores expected(clean, isa), scores(broken, isa);
        CHECK(std::isnan(scores.logprobs[1]));
        CHECK(std::isnan(scores.entropies[1]));
        const std::vector<float> ones(4, 1.f);
        const auto before = slopes_of(clean, expected, ones.data(), ones.data(), isa);
        const auto after = slopes_of(broken, scores, ones.data(), ones.data(), isa);
        for (size_t t : {size_t{0}, size_t{2}, size_t{3}}) {
          CHECK(scores.logprobs[t] == expected.logprobs[t]);
          CHECK(scores.entropies[t] == expected.entropies[t]);
        }
        size_t wrong = 0;
        for (size_t i = 0; i < after.size(); ++i)
          wrong += i / 5000 == 1 ? !std::isnan(after[i]) : after[i] != before[i];
        CHECK(wrong == 0);
      }
}

TEST_CASE("a banned logit has probability 0, also as -infinity, and gradients stay finite") {
  for (const Isa isa : available_isas())
    for (const float banned : {-1e30f, -3.4e38f, -kInfinity})
      for (const int64_t first : {0, 17}) {
        // The banned ones fill whole blocks, the first one among them.
        Logits logits = random_logits(2, 9000, 1.f, 1.f);
        logits.targets = {8990, first};
        for (int64_t v = first; v < 8200; ++v) logits.values[size_t(v)] = banned;
        const Scores scores(logits, isa);
        const TwinScore twin = twin_score(logits.row(0), 8990, 1.);
        CHECK(double(scores.logprobs[0]) == doctest::Approx(twin.logprob).epsilon(1e-6));
        CHECK(double(scores.entropies[0]) == doctest::Approx(twin.entropy).epsilon(1e-6));
        const std::vector<float> ones(2, 1.f);
        const auto slopes = slopes_of(logits, scores, ones.data(), ones.data(), isa);
        size_t wrong = 0;
        for (int64_t v = 0; v < 9000; ++v) {
          const bool is_banned = v >= first && v < 8200;
          wrong += is_banned ? slopes[size_t(v)] != 0.f : !std::isfinite(slopes[size_t(v)]);
        }
        CHECK(wrong == 0);
      }
}

TEST_CASE("a banned target has the log-prob -infinity") {
  Logits logits = random_logits(1, 40, 1.f, 1.f);
  logits.targets = {7};
  logits.values[7] = -kInfinity;
  const Scores scores(logits);
  CHECK(scores.logprobs[0] == -kInfinity);
  CHECK(std::isfinite(scores.entropies[0]));
}

TEST_CASE("logits of 10 000 keep their digits") {
  for (const Isa isa : available_isas()) {
    Logits logits = random_logits(3, 1000, 1.f, 1.f);
    for (size_t i = 0; i < 1000; ++i) {
      logits.values[i] = std::round(logits.values[i] * 16) / 16 + 1e4f;
      logits.values[1000 + i] = std::round(logits.values[1000 + i] * 16) / 16 - 1e4f;
      logits.values[2000 + i] = i % 2 == 0 ? 1e4f : -1e4f;
    }
    logits.targets = {5, 5, 6};
    const Scores scores(logits, isa);
    // These logits are exact in fp32 and so are their differences: only sums and logs round.
    for (int64_t t = 0; t < 3; ++t) {
      const TwinScore twin = twin_score(logits.row(t), logits.targets[size_t(t)], 1.);
      CHECK(std::abs(double(scores.logprobs[size_t(t)]) - twin.logprob) < 1e-6);
      CHECK(std::abs(double(scores.entropies[size_t(t)]) - twin.entropy) < 1e-5);
    }
    const std::vector<float> ones(3, 1.f);
    const auto slopes = slopes_of(logits, scores, ones.data(), nullptr, isa);
    for (int64_t t = 0; t < 3; ++t) {
      const auto expected = twin_slopes(logits.row(t), logits.targets[size_t(t)], 1., 1., 0.);
      double worst = 0;
      for (size_t v = 0; v < 1000; ++v)
        worst = std::max(worst, std::abs(double(slopes[size_t(t) * 1000 + v]) - expected[v]));
      CHECK(worst < 1e-6);
    }
  }
}

TEST_CASE("results from logits are the same bits for any number of threads") {
  const Logits logits = random_logits(1023, 700, 3.f, 0.9f);
  const auto d_logprobs = random_floats(1023, 3, 1.f);
  const Scores one(logits);
  const auto slopes = slopes_of(logits, one, d_logprobs.data(), d_logprobs.data());
  for (const int threads : {2, 3, 4}) {
    const Scores many(logits, best_isa(), threads);
    CHECK(many.logprobs == one.logprobs);
    CHECK(many.entropies == one.entropies);
    CHECK(slopes_of(logits, many, d_logprobs.data(), d_logprobs.data(), best_isa(), threads) ==
          slopes);
  }
}

TEST_CASE("rows may lie apart, and what is between them is left alone") {
  Logits logits = random_logits(9, 33, 1.f, 1.f);
  const Scores expected(logits);
  std::vector<float> spread(9 * 40, kNan), out(9 * 50, 7.f);
  for (size_t t = 0; t < 9; ++t)
    std::copy_n(logits.values.begin() + long(t) * 33, 33, spread.begin() + long(t) * 40);
  Scores scores(logits);
  ThreadPool pool(2);
  logits_logprobs({9, 33}, {spread.data(), 40, FloatType::kFloat32}, logits.targets.data(), 1.f,
                  {scores.logprobs.data(), scores.entropies.data(), scores.maxima.data(),
                   scores.log_sums.data()},
                  pool);
  CHECK(scores.logprobs == expected.logprobs);
  const std::vector<float> ones(9, 1.f);
  logits_logprobs_backward({9, 33}, {spread.data(), 40, FloatType::kFloat32}, logits.targets.data(),
                           1.f,
                           {scores.entropies.data(), scores.maxima.data(), scores.log_sums.data(),
                            ones.data(), ones.data()},
                           {out.data(), 50, FloatType::kFloat32}, pool);
  const auto slopes = slopes_of(logits, expected, ones.data(), ones.data());
  for (size_t t = 0; t < 9; ++t)
    for (size_t v = 0; v < 50; ++v) CHECK(out[t * 50 + v] == (v < 33 ? slopes[t * 33 + v] : 7.f));
}

}  // namespace
}  // namespace querl
