// Log-probs of training that are those of sampling, to the bit.
#include "lm/strict_engine.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "lm/errors.h"
#include "lm/exact_scores.h"
#include "lm/fused_engine.h"
#include "tests/sampler_harness.h"

namespace querl {
namespace {

// What a sampler wrote: sequences, where it wrote them, and what it said of each token.
struct Written {
  std::vector<int32_t> tokens;
  std::vector<int64_t> offsets{0};
  std::vector<float> weights, logprobs;  // (T); 0 where the policy wrote nothing

  TokenBatch view() const {
    return {tokens.data(), offsets.data(), static_cast<int64_t>(offsets.size()) - 1};
  }
  void add(const std::vector<int32_t>& ids) {
    tokens.insert(tokens.end(), ids.begin(), ids.end());
    weights.resize(tokens.size(), 0.f);
    logprobs.resize(tokens.size(), 0.f);
  }
  void add(const TurnEvent& event) {
    tokens.insert(tokens.end(), event.ids.begin(), event.ids.end());
    weights.resize(tokens.size(), 1.f / 64);
    logprobs.insert(logprobs.end(), event.logprobs.begin(), event.logprobs.end());
  }
  void end() { offsets.push_back(static_cast<int64_t>(tokens.size())); }
};

// Groups of a few prompts, some longer than a page, each with two turns and an observation between.
Written rollouts(const TinyModel& model, const LogitOptions& logits, int shards, int team) {
  Bench bench(model, {}, shards, team);
  Written written;
  uint64_t seed = 0;
  for (const size_t length : {80u, 5u, 70u, 33u}) {
    const std::vector<int32_t> prompt = random_ids(length, static_cast<uint32_t>(length));
    const uint64_t parent = bench.sampler->open();
    for (int i = 0; i < 4; ++i) {
      const uint64_t session =
          bench.sampler->fork(parent, i == 0 ? prompt : std::vector<int32_t>{});
      GenerateOptions options = turn(10 + i, logits.temperature, ++seed);
      options.banned = logits.banned;
      options.top_p = 0.95f;
      options.top_k = 60;
      written.add(prompt);
      written.add(bench.run(session, {}, options));
      const std::vector<int32_t> observation = random_ids(20, static_cast<uint32_t>(seed));
      written.add(observation);
      written.add(bench.run(session, observation, options));
      written.end();
    }
  }
  return written;
}

std::unique_ptr<TrainingEngine> strict(const TinyModel& model, int decoders, int team = 1) {
  return strict_engine(
      model.parameters,
      model.weights == nullptr ? nullptr : fused_engine(model.parameters, *model.weights, 2),
      [&model, decoders, team] { return model.decoders(decoders, team); });
}

std::vector<float> logprobs(TrainingEngine& engine, const Written& written,
                            const LogitOptions& options) {
  std::vector<float> scores(written.tokens.size(), -1.f);
  engine.logprobs(written.view(), written.weights.data(), options, scores.data(), nullptr, {});
  return scores;
}

PolicyLoss policy_loss(const Written& written, const std::vector<float>& advantages) {
  PolicyLoss loss;
  loss.weights = written.weights.data();
  loss.old_logprobs = written.logprobs.data();
  loss.advantages = advantages.data();
  return loss;
}

TEST_CASE("strict log-probs are the sampler's to the bit, for any decoder and number of threads") {
  const LogitOptions options{.temperature = 0.7f, .banned = {3, 40}};
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16}) {
    CAPTURE(static_cast<int>(type));
    const TinyModel model(1, tiny_config(), type);
    const Written written = rollouts(model, options, 2, 1);
    for (const auto& [decoders, team] : {std::pair{1, 1}, {3, 1}, {1, 2}})
      CHECK(logprobs(*strict(model, decoders, team), written, options) == written.logprobs);
  }
}

TEST_CASE("greedy turns agree with temperature 1") {
  const TinyModel model;
  Bench bench(model);
  Written written;
  written.add(random_ids(20, 1));
  written.add(bench.run(bench.sampler->open(), random_ids(20, 1), turn(50, 0.f)));
  written.end();
  CHECK(logprobs(*strict(model, 1), written, {}) == written.logprobs);
}

TEST_CASE("with a strict engine a fresh update sees no difference, and without one it does") {
  const TinyModel model;
  const LogitOptions options{.temperature = 0.7f, .banned = {3, 40}};
  const Written written = rollouts(model, options, 1, 1);
  std::vector<float> advantages(written.tokens.size());
  for (size_t t = 0; t < advantages.size(); ++t) advantages[t] = t % 3 == 0 ? -0.5f : 1.f;
  const PolicyLoss loss = policy_loss(written, advantages);
  const auto count = static_cast<size_t>(model.parameters.layout().size());
  std::vector<float> exact(count), plain(count);
  const LossSums strict_sums =
      strict(model, 2)->backward(written.view(), loss, options, exact.data(), {});
  CHECK(strict_sums.logprob_delta_max == 0);
  CHECK(strict_sums.logprob_delta_sum == 0);
  CHECK(strict_sums.ratio_max == 1);
  CHECK(strict_sums.kl == 0);
  CHECK(strict_sums.tokens > 100);

  const auto inner = fused_engine(model.parameters, *model.weights, 2);
  const LossSums sums = inner->backward(written.view(), loss, options, plain.data(), {});
  CHECK(sums.logprob_delta_max > 0);
  CHECK(sums.logprob_delta_max < 1e-5);
  // The ratios are 1 within 1e-5, which is all that the gradients differ by.
  double difference = 0, norm = 0;
  for (size_t i = 0; i < count; ++i) {
    difference += std::pow(double{exact[i]} - double{plain[i]}, 2);
    norm += std::pow(double{plain[i]}, 2);
  }
  CHECK(std::sqrt(difference / norm) < 1e-5);
}

TEST_CASE("after a step the strict log-probs are those of a sampler of the new weights") {
  TinyModel model;
  const Written written = rollouts(model, {}, 1, 1);
  const auto engine = strict(model, 1);
  CHECK(logprobs(*engine, written, {}) == written.logprobs);
  std::vector<float> norm(32, 1.25f);
  model.parameters.write(model.parameters.layout().final_norm(), 32, norm.data());
  model.weights->repack();
  model.parameters.count_change();
  const auto scores = logprobs(*engine, written, {});
  CHECK(scores != written.logprobs);
  const ReferenceDecoder reference(model.parameters);
  const auto expected = reference_scores(reference, written.view(), {}, false);
  for (size_t t = 0; t < scores.size(); ++t)
    if (written.weights[t] != 0.f) {
      const double error = std::abs(double{scores[t]} - expected.logprobs[t]);
      CHECK(error < 1e-4);  // fp32 through two layers
    } else {
      CHECK(scores[t] == 0);
    }
}

TEST_CASE("entropies and other losses are the inner engine's") {
  const TinyModel model;
  const Written written = rollouts(model, {}, 1, 1);
  const auto inner = fused_engine(model.parameters, *model.weights, 1);
  const auto outer = strict(model, 1);
  std::vector<float> scores(written.tokens.size()), entropies(scores), expected(scores), none;
  outer->logprobs(written.view(), written.weights.data(), {}, scores.data(), entropies.data(), {});
  CHECK(scores == written.logprobs);
  inner->logprobs(written.view(), written.weights.data(), {}, scores.data(), expected.data(), {});
  CHECK(entropies == expected);
  const auto count = static_cast<size_t>(model.parameters.layout().size());
  std::vector<float> a(count), b(count);
  const CrossEntropyLoss loss{written.weights.data()};
  CHECK(outer->backward(written.view(), loss, {}, a.data(), {}).loss ==
        inner->backward(written.view(), loss, {}, b.data(), {}).loss);
  CHECK(a == b);
  // The frozen reference is no policy: it needs no exactness, and costs no second pass.
  std::vector<float> reference(scores.size());
  const LogitOptions frozen{.temperature = 1.f, .banned = {}, .reference = true};
  outer->logprobs(written.view(), written.weights.data(), frozen, reference.data(), nullptr, {});
  CHECK(reference == scores);
}

TEST_CASE("sequences that begin alike are grouped by whole pages before what is scored") {
  // Lengths in pages of what neighbours share, and where scoring begins.
  std::vector<int32_t> tokens;
  std::vector<int64_t> offsets{0};
  std::vector<float> weights;
  const auto add = [&](uint32_t prompt, size_t shared, size_t length, size_t first) {
    auto ids = random_ids(length, static_cast<uint32_t>(100 + offsets.size()));
    const auto common = random_ids(shared, prompt);
    std::copy(common.begin(), common.end(), ids.begin());
    for (size_t t = 0; t < length; ++t) weights.push_back(t >= first ? 1.f : 0.f);
    tokens.insert(tokens.end(), ids.begin(), ids.end());
    offsets.push_back(static_cast<int64_t>(tokens.size()));
  };
  add(1, 100, 120, 101);
  add(1, 100, 130, 101);
  add(1, 100, 110, 98);  // 97 rows before the first that is scored: three pages still
  add(2, 64, 90, 65);
  add(2, 64, 90, 33);  // one page
  add(3, 31, 90, 60);
  add(3, 31, 90, 60);  // less than a page
  add(4, 70, 70, 70);  // nothing is scored
  const TokenBatch batch{tokens.data(), offsets.data(), static_cast<int64_t>(offsets.size()) - 1};
  const auto groups = plan_score_groups(batch, weights.data());
  std::vector<std::array<int64_t, 3>> seen;
  for (const ScoreGroup& group : groups) seen.push_back({group.first, group.end, group.shared});
  CHECK(seen == std::vector<std::array<int64_t, 3>>{
                    {0, 3, 96}, {3, 5, 32}, {5, 6, 0}, {6, 7, 0}, {7, 8, 0}});
  for (const ScoreGroup& group : plan_score_groups(batch, nullptr)) CHECK(group.shared == 0);
}

TEST_CASE("a batch of nothing, a stop and wrong options are taken as by any engine") {
  const TinyModel model;
  const auto engine = strict(model, 2);
  const std::vector<int64_t> offsets{0};
  engine->logprobs({nullptr, offsets.data(), 0}, nullptr, {}, nullptr, nullptr, {});
  const Written written = rollouts(model, {}, 1, 1);
  std::vector<float> scores(written.tokens.size());
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(
      engine->logprobs(written.view(), nullptr, {}, scores.data(), nullptr, stop.get_token()),
      Cancelled);
  CHECK_THROWS_WITH_AS(logprobs(*engine, written, {.temperature = 0.f, .banned = {}}),
                       "Expected temperature to be above 0, but got 0.000000.", Error);
  CHECK_THROWS_AS(logprobs(*engine, written, {.banned = {90}}), Error);
  CHECK(logprobs(*engine, written, {}) == written.logprobs);
}

}  // namespace
}  // namespace querl
