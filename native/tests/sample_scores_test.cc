// Log-probs of given tokens and of the most likely ones, as a draw would report them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/sample.h"
#include "tests/cases.h"

namespace querl {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
// Two roundings of an exponential, one of a sum.
constexpr double kLogprobTolerance = 1e-5;

std::vector<float> random_logits(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, 2.f);
  std::vector<float> logits(static_cast<size_t>(count));
  for (float& x : logits) x = normal(random);
  return logits;
}

// Log-probs by definition; temperature 0 counts as 1.
std::vector<double> define(const std::vector<float>& logits, const SampleOptions& options) {
  const double temperature = options.temperature == 0 ? 1 : double{options.temperature};
  std::vector<double> scores(logits.size());
  double total = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    const bool is_banned = std::count(options.banned, options.banned + options.banned_count,
                                      static_cast<int32_t>(i)) > 0;
    scores[i] =
        is_banned ? -std::numeric_limits<double>::infinity() : double{logits[i]} / temperature;
    total += std::exp(scores[i]);
  }
  for (double& score : scores) score -= std::log(total);
  return scores;
}

TEST_CASE("the score of a token is, to the bit, the log-prob of a draw of it") {
  const std::vector<int32_t> banned{0, 5, 30};
  SampleScratch scratch;
  for (const Isa isa : available_isas())
    for (const int64_t n : {31, 33, 1023, 4096})
      for (const SampleOptions& options :
           {SampleOptions{}, SampleOptions{.temperature = 0.f}, SampleOptions{.temperature = 0.7f},
            SampleOptions{.temperature = 1.3f, .banned = banned.data(), .banned_count = 3},
            SampleOptions{.top_p = 0.9f, .top_k = 20, .min_p = 0.01f}})
        for (int step = 0; step < 40; ++step) {
          const auto logits = random_logits(n, static_cast<uint32_t>(step));
          auto row = logits;
          const Sample drawn = sample_row(row.data(), n, options, (step + 0.5) / 40, scratch, isa);
          row = logits;
          const Sample scored = score_row(row.data(), n, options, drawn.id, scratch, isa);
          REQUIRE(scored.id == drawn.id);
          REQUIRE(scored.logprob == drawn.logprob);
        }
}

TEST_CASE("scores of all tokens are those of the definition, also of ones too unlikely to draw") {
  const std::vector<int32_t> banned{2};
  SampleScratch scratch;
  std::vector<float> logits = random_logits(70, 3);
  logits[9] = -200.f;
  const SampleOptions options{.temperature = 0.5f, .banned = banned.data(), .banned_count = 1};
  const auto expected = define(logits, options);
  for (int32_t id = 0; id < 70; ++id) {
    auto row = logits;
    const Sample scored = score_row(row.data(), 70, options, id, scratch);
    CHECK(scored.id == id);
    if (id == 2)
      CHECK(scored.logprob == -kInfinity);
    else
      CHECK(double{scored.logprob} ==
            doctest::Approx(expected[static_cast<size_t>(id)]).epsilon(kLogprobTolerance));
  }
}

TEST_CASE("the top tokens are the most likely ones, before the filters, ties by the lower id") {
  const std::vector<int32_t> banned{1, 8};
  SampleScratch scratch;
  for (const Isa isa : available_isas())
    for (const int64_t n : {1, 31, 33, 1023, 4096})
      for (const int32_t count : {1, 5, 64, 5000}) {
        auto logits = random_logits(n, static_cast<uint32_t>(n + count));
        for (size_t i = 3; i < logits.size(); i += 3) logits[i] = logits[i / 2];  // equals
        SampleOptions options{.temperature = 0.8f, .top_p = 0.5f};
        if (n > 8) {
          options.banned = banned.data();
          options.banned_count = 2;
        }
        const auto expected = define(logits, options);
        std::vector<int32_t> order;
        for (int32_t id = 0; id < n; ++id)
          if (std::isfinite(expected[static_cast<size_t>(id)])) order.push_back(id);
        std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) {
          return logits[static_cast<size_t>(a)] > logits[static_cast<size_t>(b)];
        });
        order.resize(static_cast<size_t>(std::min<int64_t>(count, n)), -1);

        TopTokens top{count, {}};
        auto row = logits;
        const Sample drawn = sample_row(row.data(), n, options, 0.3, scratch, isa, &top);
        REQUIRE(top.found.size() == order.size());
        for (size_t i = 0; i < order.size(); ++i) {
          const auto [id, logprob] = top.found[i];
          REQUIRE(id == order[i]);
          if (id < 0) {
            REQUIRE(logprob == -kInfinity);
            continue;
          }
          REQUIRE(double{logprob} ==
                  doctest::Approx(expected[static_cast<size_t>(id)]).epsilon(kLogprobTolerance));
          if (id == drawn.id) REQUIRE(logprob == drawn.logprob);
        }
        TopTokens again{count, {}};
        row = logits;
        score_row(row.data(), n, options, drawn.id, scratch, isa, &again);
        CHECK(again.found == top.found);
      }
}

TEST_CASE("the draw is the same whether top tokens are wanted or not") {
  SampleScratch scratch;
  for (const float temperature : {0.f, 0.9f}) {
    const SampleOptions options{.temperature = temperature, .top_p = 0.8f, .top_k = 30};
    for (int step = 0; step < 100; ++step) {
      const auto logits = random_logits(300, static_cast<uint32_t>(step));
      auto row = logits;
      const Sample plain = sample_row(row.data(), 300, options, step / 100., scratch);
      row = logits;
      TopTokens top{10, {}};
      const Sample beside =
          sample_row(row.data(), 300, options, step / 100., scratch, best_isa(), &top);
      CHECK(plain.id == beside.id);
      CHECK(plain.logprob == beside.logprob);
    }
  }
}

TEST_CASE("temperature 0 tells logits apart whose weights are equal") {
  SampleScratch scratch;
  std::vector<float> row(40, 0.f);
  row[17] = 1e-9f;  // exp(-1e-9) rounds to 1
  const Sample best = sample_row(row.data(), 40, {.temperature = 0.f}, 0, scratch);
  CHECK(best.id == 17);
  CHECK(double{best.logprob} == doctest::Approx(-std::log(40.)).epsilon(kLogprobTolerance));
}

TEST_CASE("a row that is not finite has no score") {
  SampleScratch scratch;
  for (const float poison : {kInfinity, std::nanf("")}) {
    std::vector<float> row(40, 1.f);
    row[7] = poison;
    TopTokens top{3, {}};
    CHECK(score_row(row.data(), 40, {}, 2, scratch, best_isa(), &top).id == -1);
    CHECK(top.found.empty());
  }
}

}  // namespace
}  // namespace querl
