// linear_logprobs of every instruction set against float64 twins.
#include "kernels/linear_logprobs.h"

#include <doctest/doctest.h>

#include <cmath>
#include <utility>
#include <vector>

#include "kernels/cpu/float_rows.h"
#include "kernels/thread_pool.h"
#include "tests/cases.h"
#include "tests/linear_logprobs_case.h"

namespace querl {
namespace {

// Sums of up to a few thousand products in fp32, of the sum of the products' magnitudes; and exp()
// of what they come to.
constexpr double kFp32 = 3e-6;
// Gradients of logits are rounded to 8 significant bits before they are multiplied, and results to
// as many: half a unit each, of the sum of the products' magnitudes.
constexpr double kBfloat16 = 1. / 256;

void check_case(const Case& of) {
  const Slopes slopes = random_slopes(of.hidden.rows);
  const Twin twin(of, slopes);
  const FloatType type = of.hidden.type;
  // The logits' own rounding moves every probability by as much.
  const double fp32 = kFp32 * (1 + twin.largest);
  for (const LinearIsa& isa : available(type)) {
    CAPTURE(name(isa, type));
    CAPTURE(of.hidden.rows);
    CAPTURE(of.hidden.columns);
    CAPTURE(of.head.rows);
    const Scores scores(of, isa, 2);
    double worst = 0;
    for (size_t t = 0; t < twin.scores.size(); ++t) {
      worst = std::max(worst, std::abs(double(scores.logprobs[t]) - twin.scores[t].logprob));
      worst = std::max(worst, std::abs(double(scores.entropies[t]) - twin.scores[t].entropy));
    }
    CHECK(worst < fp32);
    const Gradients gradients = gradients_of(of, scores, slopes, isa, 2);
    const bool rounds = type == FloatType::kBfloat16 && isa.bf16 != Bf16Isa::kConvert;
    CHECK(twin.hidden.worst(gradients.hidden) < (rounds ? kBfloat16 : 3 * fp32));
    CHECK(twin.head.worst(gradients.head) < (rounds ? kBfloat16 : 3 * fp32));
  }
}

TEST_CASE("scores and gradients from hidden states equal the float64 formulas") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16}) {
    for (const int64_t width : {1, 2, 15, 16, 17, 31, 32, 33, 64, 65, 127, 128, 130})
      check_case(random_case(37, width, 45, type));
    for (const int64_t vocab : {1, 2, 15, 16, 17, 31, 32, 33, 64, 100, 1023})
      check_case(random_case(35, 20, vocab, type));
    for (const int64_t tokens : kSizes) check_case(random_case(tokens, 9, 40, type));
    check_case(random_case(33, 33, 33, type, 3));
  }
}

TEST_CASE("a vocabulary and a batch of several chunks come to the same") {
  // Over 2048 tokens that count, and more than 2048 rows of the head: neither fits a chunk.
  Case of = random_case(2700, 4, 2500, FloatType::kFloat32);
  const Slopes slopes = random_slopes(2700);
  const Scores whole(of);
  const Gradients gradients = gradients_of(of, whole, slopes);
  Sums head(2500 * 4);
  double worst = 0;
  for (int64_t t = 0; t < 2700; ++t) {
    const auto i = size_t(t);
    if (of.targets[i] < 0) continue;
    const auto d_logits = twin_slopes(of.logits(t), of.targets[i], double(of.temperature),
                                      double(slopes.logprobs[i]), double(slopes.entropies[i]));
    Sums hidden(4);
    for (int64_t v = 0; v < 2500; ++v) {
      const double lost = lost_at_target(of, slopes, t, v);
      for (int64_t d = 0; d < 4; ++d) {
        const double w = of.head.at(v, d), h = of.hidden.at(t, d);
        hidden.add(size_t(d), d_logits[size_t(v)] * w, lost * w);
        head.add(size_t(v * 4 + d), d_logits[size_t(v)] * h, lost * h);
      }
    }
    const auto first = gradients.hidden.begin() + t * 4;
    worst = std::max(worst, hidden.worst({first, first + 4}));
  }
  CHECK(worst < 1e-4);
  CHECK(head.worst(gradients.head) < 1e-4);
}

TEST_CASE("the gradients equal central differences of the float64 twin") {
  for (const LinearIsa& isa : available(FloatType::kFloat32)) {
    Case of = random_case(4, 5, 7, FloatType::kFloat32);
    const Slopes slopes = random_slopes(4);
    const Scores scores(of, isa);
    const Gradients gradients = gradients_of(of, scores, slopes, isa);
    const auto loss = [&] {
      double sum = 0;
      for (int64_t t = 0; t < 4; ++t) {
        const TwinScore twin =
            twin_score(of.logits(t), of.targets[size_t(t)], double(of.temperature));
        sum += double(slopes.logprobs[size_t(t)]) * twin.logprob +
               double(slopes.entropies[size_t(t)]) * twin.entropy;
      }
      return sum;
    };
    for (auto [matrix, gradient] :
         {std::pair{&of.hidden, &gradients.hidden}, std::pair{&of.head, &gradients.head}})
      for (size_t i = 0; i < gradient->size(); ++i) {
        const float value = matrix->values[i], h = 1.f / 256;
        matrix->values[i] = value + h;
        const double above = loss(), right = double(matrix->values[i]);
        matrix->values[i] = value - h;
        const double slope = (above - loss()) / (right - double(matrix->values[i]));
        matrix->values[i] = value;
        // Third derivatives of order one times h^2.
        CHECK(std::abs(double((*gradient)[i]) - slope) < 1e-4);
      }
  }
}

TEST_CASE("an ignored token is not read, costs no result and adds to no gradient") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16})
    for (const LinearIsa& isa : available(type)) {
      Case of = random_case(70, 34, 50, type);
      const Case clean = of;
      for (int64_t t = 0; t < 70; ++t)
        if (of.targets[size_t(t)] < 0)
          for (int64_t d = 0; d < 34; ++d) of.hidden.set(t, d, kNan);
      const Slopes slopes = random_slopes(70);
      const Scores scores(of, isa), expected(clean, isa);
      CHECK(scores.logprobs == expected.logprobs);
      CHECK(scores.entropies == expected.entropies);
      CHECK(scores.logprobs[3] == 0.f);
      CHECK(scores.entropies[3] == 0.f);
      const Gradients gradients = gradients_of(of, scores, slopes, isa);
      CHECK(gradients.hidden == gradients_of(clean, expected, slopes, isa).hidden);
      CHECK(gradients.head == gradients_of(clean, expected, slopes, isa).head);
      for (size_t d = 0; d < 34; ++d) CHECK(gradients.hidden[3 * 34 + d] == 0.f);
    }
}

TEST_CASE("with every token ignored, or none, the gradients are zeros") {
  for (const int64_t tokens : {0, 40}) {
    Case of = random_case(tokens, 10, 33, FloatType::kFloat32);
    of.targets.assign(size_t(tokens), -1);
    const Scores scores(of);
    const Gradients gradients = gradients_of(of, scores, random_slopes(tokens));
    CHECK(gradients.hidden == std::vector<float>(size_t(tokens * 10), 0.f));
    CHECK(gradients.head == std::vector<float>(330, 0.f));
  }
}

TEST_CASE("a NaN among the hidden states stays with its token until it has a gradient") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16})
    for (const LinearIsa& isa : available(type)) {
      const Case clean = random_case(40, 20, 70, type);
      Case broken = clean;
      broken.hidden.set(5, 7, kNan);
      const Scores expected(clean, isa), scores(broken, isa);
      CHECK(std::isnan(scores.logprobs[5]));
      CHECK(std::isnan(scores.entropies[5]));
      Slopes slopes = random_slopes(40);
      const Gradients before = gradients_of(clean, expected, slopes, isa);
      const Gradients after = gradients_of(broken, scores, slopes, isa);
      for (size_t t = 0; t < 40; ++t) {
        if (t == 5) continue;
        CHECK(scores.logprobs[t] == expected.logprobs[t]);
        CHECK(scores.entropies[t] == expected.entropies[t]);
        for (size_t d = 0; d < 20; ++d)
          CHECK(after.hidden[t * 20 + d] == before.hidden[t * 20 + d]);
      }
      for (size_t d = 0; d < 20; ++d) CHECK(std::isnan(after.hidden[5 * 20 + d]));
      // A token without a gradient is not read.
      slopes.logprobs[5] = slopes.entropies[5] = 0.f;
      for (const float x : gradients_of(broken, scores, slopes, isa).head) CHECK(std::isfinite(x));
    }
}

TEST_CASE("hidden states that make logits of 10 000 have exact log-probs") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16})
    for (const LinearIsa& isa : available(type)) {
      Case of = random_case(33, 1, 40, type);
      of.temperature = 1.f;
      for (int64_t v = 0; v < 40; ++v) of.head.set(v, 0, v % 2 == 0 ? 128.f : -128.f);
      for (int64_t t = 0; t < 33; ++t) of.hidden.set(t, 0, t % 2 == 0 ? 80.f : -80.f);
      const Scores scores(of, isa);
      const Slopes slopes = random_slopes(33);
      const Gradients gradients = gradients_of(of, scores, slopes, isa);
      // 20 equal logits share the probability; the others are 20 480 below.
      for (int64_t t = 0; t < 33; ++t) {
        const int64_t target = of.targets[size_t(t)];
        if (target < 0) continue;
        const double expected = -std::log(20.) - (target % 2 == t % 2 ? 0 : 20480);
        CHECK(double(scores.logprobs[size_t(t)]) == doctest::Approx(expected).epsilon(1e-6));
        CHECK(double(scores.entropies[size_t(t)]) == doctest::Approx(std::log(20.)).epsilon(1e-6));
      }
      for (const float x : gradients.hidden) CHECK(std::isfinite(x));
      for (const float x : gradients.head) CHECK(std::isfinite(x));
    }
}

TEST_CASE("results from hidden states are the same bits for any number of threads") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16}) {
    const Case of = random_case(300, 40, 3000, type);
    const Slopes slopes = random_slopes(300);
    const Scores one(of);
    const Gradients gradients = gradients_of(of, one, slopes);
    for (const int threads : {2, 3, 4}) {
      const Scores many(of, {}, threads);
      CHECK(many.logprobs == one.logprobs);
      CHECK(many.entropies == one.entropies);
      const Gradients others = gradients_of(of, many, slopes, {}, threads);
      CHECK(others.hidden == gradients.hidden);
      CHECK(others.head == gradients.head);
    }
  }
}

TEST_CASE("each gradient comes alone, the head's adds up, and both round to bfloat16") {
  const Case of = random_case(50, 33, 65, FloatType::kFloat32);
  const Slopes slopes = random_slopes(50);
  const Scores scores(of);
  const Gradients both = gradients_of(of, scores, slopes);
  const TokenSlopes given{scores.entropies.data(), scores.maxima.data(), scores.log_sums.data(),
                          slopes.logprobs.data(), slopes.entropies.data()};
  ThreadPool pool(2);
  std::vector<float> hidden(50 * 33), head(65 * 33, 1.f);
  linear_logprobs_backward(of.inputs(), given, {{hidden.data(), 33, FloatType::kFloat32}, {}},
                           pool);
  CHECK(hidden == both.hidden);
  linear_logprobs_backward(of.inputs(), given, {{}, {head.data(), 33, FloatType::kFloat32}, true},
                           pool);
  for (size_t i = 0; i < head.size(); ++i) CHECK(head[i] == 1.f + both.head[i]);

  std::vector<uint16_t> hidden_halves(50 * 33), head_halves(65 * 33, to_bfloat16(1.f));
  linear_logprobs_backward(of.inputs(), given,
                           {{hidden_halves.data(), 33, FloatType::kBfloat16},
                            {head_halves.data(), 33, FloatType::kBfloat16},
                            true},
                           pool);
  for (size_t i = 0; i < hidden.size(); ++i) CHECK(hidden_halves[i] == to_bfloat16(both.hidden[i]));
  for (size_t i = 0; i < head.size(); ++i) CHECK(head_halves[i] == to_bfloat16(1.f + both.head[i]));
}

TEST_CASE("entropies alone have a gradient") {
  const Case of = random_case(20, 8, 30, FloatType::kFloat32);
  Slopes slopes = random_slopes(20);
  slopes.logprobs.assign(20, 0.f);
  const Scores scores(of);
  std::vector<float> hidden(20 * 8);
  ThreadPool pool(1);
  linear_logprobs_backward(of.inputs(),
                           {scores.entropies.data(), scores.maxima.data(), scores.log_sums.data(),
                            nullptr, slopes.entropies.data()},
                           {{hidden.data(), 8, FloatType::kFloat32}, {}}, pool);
  CHECK(hidden == gradients_of(of, scores, slopes).hidden);
}

TEST_CASE("the memory does not grow with the vocabulary") {
  const LinearShape small{4096, 896, 32768}, large{4096, 896, 1 << 20};
  const double logits = 4096. * 151936 * 4;
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16}) {
    CHECK(linear_logprobs_bytes(small, type, 2) == linear_logprobs_bytes(large, type, 2));
    CHECK(linear_logprobs_backward_bytes(small, type, 2) ==
          linear_logprobs_backward_bytes(large, type, 2));
    CHECK(double(linear_logprobs_backward_bytes(large, type, 2)) < 0.06 * logits);
  }
}

}  // namespace
}  // namespace querl
