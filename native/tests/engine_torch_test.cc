// The fused engine and the sampler against the engine over LibTorch's operators, which is checked
// against autograd (libtorch_engine_torch_test.cc) and transformers (tests/golden).
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <span>
#include <string>

#include "lm/decode_rows.h"
#include "lm/errors.h"
#include "lm/fused_engine.h"
#include "lm/libtorch_engine.h"
#include "lm/sampler.h"
#include "tests/training_case.h"

namespace querl {
namespace {

// fp32 sums over up to 200 terms, added in another order by each of the two.
constexpr double kLogits = 1e-4;
constexpr double kScores = 1e-4;
constexpr double kGradients = 1e-4;  // of the norm of each parameter's gradient

constexpr std::array<int64_t, 5> kLengths{1, 17, 33, 2, 64};

struct Fixture {
  explicit Fixture(const DecoderConfig& config)
      : parameters(config), data(config.vocab_size, kLengths, 7) {
    randomise_weights(parameters, 7);
    weights = std::make_unique<FusedWeights>(parameters);
    fused = fused_engine(parameters, *weights, 2);
    libtorch = libtorch_engine(parameters, nullptr, {});
  }

  TokenBatch batch() const { return data.batch(); }

  Parameters parameters;
  TrainingCase data;
  std::unique_ptr<FusedWeights> weights;
  std::unique_ptr<TrainingEngine> fused, libtorch;
};

double largest_difference(std::span<const float> a, std::span<const float> b) {
  double most = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double difference = std::abs(static_cast<double>(a[i]) - b[i]);
    if (!(difference <= most)) most = difference;  // takes a NaN, too
  }
  return most;
}

void check_sums(const LossSums& a, const LossSums& b) {
  const auto near = [](double x, double y) {
    return std::abs(x - y) <= 1e-4 * (1 + std::max(std::abs(x), std::abs(y)));
  };
  CHECK(near(a.loss, b.loss));
  CHECK(a.tokens == b.tokens);
  CHECK(near(a.logprobs, b.logprobs));
  CHECK(near(a.entropy, b.entropy));
  CHECK(near(a.kl, b.kl));
  CHECK(near(a.reference_kl, b.reference_kl));
  CHECK(a.clipped == b.clipped);
  CHECK(near(a.ratio_max, b.ratio_max));
  CHECK(near(a.logprob_delta_sum, b.logprob_delta_sum));
  CHECK(near(a.logprob_delta_max, b.logprob_delta_max));
  CHECK(near(a.values, b.values));
  CHECK(near(a.returns, b.returns));
  CHECK(near(a.squared_returns, b.squared_returns));
  CHECK(near(a.squared_errors, b.squared_errors));
}

void check_backward(const Fixture& fixture, const Loss& loss, const LogitOptions& options) {
  const auto size = static_cast<size_t>(fixture.parameters.layout().size());
  // Both must add to what is there.
  std::vector<float> fused(size, 0.25f), libtorch(size, 0.25f);
  const LossSums a = fixture.fused->backward(fixture.batch(), loss, options, fused.data(), {});
  const LossSums b =
      fixture.libtorch->backward(fixture.batch(), loss, options, libtorch.data(), {});
  check_sums(a, b);
  for (auto* gradients : {&fused, &libtorch})
    for (float& gradient : *gradients) gradient -= 0.25f;
  check_gradients<float>(fixture.parameters.layout().specs(), fused, libtorch, kGradients);
}

}  // namespace

TEST_CASE("fused logits equal LibTorch's") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    const Fixture fixture(it.config);
    const size_t count = fixture.data.tokens.size() * static_cast<size_t>(it.config.vocab_size);
    std::vector<float> fused(count), libtorch(count);
    fixture.fused->logits(fixture.batch(), fused.data(), {});
    fixture.libtorch->logits(fixture.batch(), libtorch.data(), {});
    CHECK(largest_difference(fused, libtorch) <= kLogits);
  }
}

TEST_CASE("fused log-probs and entropies equal LibTorch's, with temperature and banned ids") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    const Fixture fixture(it.config);
    // No banned id occurs in the batch: a log-prob of -inf would compare with nothing.
    LogitOptions options{0.7f, {}};
    for (int32_t id = 0; id < it.config.vocab_size && options.banned.size() < 5; ++id)
      if (std::ranges::find(fixture.data.tokens, id) == fixture.data.tokens.end())
        options.banned.push_back(id);
    REQUIRE(!options.banned.empty());
    for (const float* weights : {static_cast<const float*>(nullptr), fixture.data.weights.data()}) {
      const size_t count = fixture.data.tokens.size();
      std::vector<float> a(count, 9.f), b(count, 9.f), entropy_a(count, 9.f), entropy_b(count, 9.f);
      fixture.fused->logprobs(fixture.batch(), weights, options, a.data(), entropy_a.data(), {});
      fixture.libtorch->logprobs(fixture.batch(), weights, options, b.data(), entropy_b.data(), {});
      CHECK(largest_difference(a, b) <= kScores);
      CHECK(largest_difference(entropy_a, entropy_b) <= kScores);
    }
  }
}

TEST_CASE("cross entropy has the same sums and gradients in both engines") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    const Fixture fixture(it.config);
    check_backward(fixture, CrossEntropyLoss{fixture.data.weights.data()}, {});
    check_backward(fixture, CrossEntropyLoss{fixture.data.weights.data()}, {1.3f, {}});
  }
}

TEST_CASE("the policy loss has the same sums and gradients in both engines") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    const Fixture fixture(it.config);
    PolicyLoss plain = fixture.data.policy();
    plain.reference_logprobs = nullptr;
    plain.entropy_coefficient = 0.f;
    check_backward(fixture, plain, {});
    check_backward(fixture, fixture.data.policy(), {0.9f, {}});
  }
}

TEST_CASE("the value loss has the same sums, gradients and estimates in both engines") {
  const Fixture fixture(model_cases()[2].config);
  REQUIRE(fixture.parameters.config().value_head);
  check_backward(fixture, fixture.data.value(), {});
  const size_t count = fixture.data.tokens.size();
  std::vector<float> fused(count, 9.f), libtorch(count, 9.f);
  fixture.fused->values(fixture.batch(), fixture.data.weights.data(), fused.data(), {});
  fixture.libtorch->values(fixture.batch(), fixture.data.weights.data(), libtorch.data(), {});
  CHECK(largest_difference(fused, libtorch) <= kScores);
}

TEST_CASE("the sampler's greedy tokens and log-probs are those of LibTorch without a cache") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    const Fixture fixture(it.config);
    TokenBytes bytes;
    bytes.offsets.assign(static_cast<size_t>(it.config.vocab_size) + 1, 0);
    std::mutex mutex;
    std::condition_variable arrived;
    std::vector<TurnEvent> turns;
    std::vector<std::unique_ptr<Decoder>> decoders;
    for (int i = 0; i < 2; ++i) decoders.push_back(std::make_unique<RowDecoder>(*fixture.weights));
    Sampler sampler(fixture.parameters, std::move(decoders), bytes, {4096},
                    [&](std::vector<TurnEvent> events) {
                      const std::lock_guard lock(mutex);
                      std::move(events.begin(), events.end(), std::back_inserter(turns));
                      arrived.notify_one();
                    });
    const std::vector<int32_t> prompt(fixture.data.tokens.begin() + 1,
                                      fixture.data.tokens.begin() + 18);
    GenerateOptions options;
    options.max_tokens = 64;
    options.temperature = 0.f;
    sampler.generate(sampler.open(), 1, prompt, options);
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return !turns.empty(); });
    REQUIRE(turns.front().ids.size() == 64);

    std::vector<int32_t> all = prompt;
    const auto vocab = static_cast<size_t>(it.config.vocab_size);
    for (size_t i = 0; i < 64; ++i) {
      const int64_t bounds[] = {0, static_cast<int64_t>(all.size())};
      std::vector<float> logits(all.size() * vocab);
      fixture.libtorch->logits({all.data(), bounds, 1}, logits.data(), {});
      const std::span<const float> last(logits.data() + (all.size() - 1) * vocab, vocab);
      const auto best = std::ranges::max_element(last) - last.begin();
      double sum = 0;
      for (const float logit : last) sum += std::exp(static_cast<double>(logit));
      REQUIRE(turns.front().ids[i] == best);
      // At temperature 0 a log-prob is that of temperature 1.
      CHECK(turns.front().logprobs[i] ==
            doctest::Approx(last[static_cast<size_t>(best)] - std::log(sum)).epsilon(kScores));
      all.push_back(static_cast<int32_t>(best));
    }
  }
}

}  // namespace querl
