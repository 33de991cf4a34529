// The fused engine and the sampler against LibTorch's operators and autograd, which share no code
// with them. That LibTorch's side is right is checked against transformers in tests/golden.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <mutex>
#include <random>
#include <span>
#include <string>

#include "lm/decode_rows.h"
#include "lm/errors.h"
#include "lm/fused_engine.h"
#include "lm/libtorch_engine.h"
#include "lm/sampler.h"

namespace querl {
namespace {

// fp32 sums over up to 200 terms, added in another order by each of the two.
constexpr double kLogits = 1e-4;
constexpr double kScores = 1e-4;
constexpr double kGradients = 1e-4;  // of the norm of each parameter's gradient

struct Case {
  const char* name;
  DecoderConfig config;
};

// Sizes that fill no panel, no vector and no block evenly.
std::vector<Case> cases() {
  DecoderConfig grouped;
  grouped.vocab_size = 101;
  grouped.hidden_size = 40;
  grouped.intermediate_size = 52;
  grouped.layers = 3;
  grouped.heads = 4;
  grouped.kv_heads = 2;
  grouped.head_dim = 10;
  grouped.max_positions = 128;
  DecoderConfig plain = grouped;
  plain.kv_heads = 4;
  plain.head_dim = 6;  // q_size is not hidden_size
  plain.qkv_bias = false;
  plain.tied_embeddings = false;
  plain.rope_theta = 1e6f;
  DecoderConfig critic = grouped;
  critic.kv_heads = 1;
  critic.value_head = true;
  return {{"grouped heads, bias, tied", grouped},
          {"plain heads, no bias, untied", plain},
          {"one key head, value head", critic}};
}

struct Fixture {
  explicit Fixture(const DecoderConfig& config, unsigned seed = 7) : parameters(config) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.f, 0.15f);
    for (const ParameterSpec& spec : parameters.layout().specs()) {
      const float mean = spec.name.find("norm") != std::string::npos ? 1.f : 0.f;
      std::generate_n(parameters.data() + spec.offset, spec.count,
                      [&] { return mean + normal(random); });
    }
    weights = std::make_unique<FusedWeights>(parameters);
    fused = fused_engine(parameters, *weights, 2);
    libtorch = libtorch_engine(parameters, 1);
    std::uniform_int_distribution<int32_t> token(0, static_cast<int32_t>(config.vocab_size) - 1);
    for (const int64_t length : {1, 17, 33, 2, 64}) {
      for (int64_t i = 0; i < length; ++i) tokens.push_back(token(random));
      offsets.push_back(static_cast<int64_t>(tokens.size()));
    }
    const size_t count = tokens.size();
    const auto drawn = [&](float mean, float spread) {
      std::normal_distribution<float> value(mean, spread);
      std::vector<float> array(count);
      std::generate(array.begin(), array.end(), [&] { return value(random); });
      return array;
    };
    // A third of the tokens have no weight; neither has the first of a sequence.
    weight = drawn(0.02f, 0.005f);
    for (size_t t = 0; t < count; ++t)
      if (random() % 3 == 0) weight[t] = 0.f;
    for (const int64_t start : offsets)
      if (start < static_cast<int64_t>(count)) weight[static_cast<size_t>(start)] = 0.f;
    advantages = drawn(0.f, 1.f);
    returns = drawn(0.f, 1.f);
    old_values = drawn(0.f, 0.3f);
    noise = drawn(0.f, 0.2f);
  }

  TokenBatch batch() const {
    return {tokens.data(), offsets.data(), static_cast<int64_t>(offsets.size()) - 1};
  }

  Parameters parameters;
  std::unique_ptr<FusedWeights> weights;
  std::unique_ptr<TrainingEngine> fused, libtorch;
  std::vector<int32_t> tokens;
  std::vector<int64_t> offsets{0};
  std::vector<float> weight, advantages, returns, old_values, noise;
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
  for (const ParameterSpec& spec : fixture.parameters.layout().specs()) {
    double difference = 0, norm = 0;
    for (int64_t i = spec.offset; i < spec.offset + spec.count; ++i) {
      const auto at = static_cast<size_t>(i);
      difference += std::pow(static_cast<double>(fused[at]) - libtorch[at], 2);
      norm += std::pow(libtorch[at] - 0.25, 2);
    }
    CAPTURE(spec.name);
    CAPTURE(std::sqrt(norm));
    // The gradient of a key's bias is 0 in exact arithmetic: softmax does not see a constant.
    CHECK(std::sqrt(difference) <= kGradients * (std::sqrt(norm) + 1e-3));
  }
}

}  // namespace

TEST_CASE("fused logits equal LibTorch's") {
  for (const Case& it : cases()) {
    CAPTURE(it.name);
    const Fixture fixture(it.config);
    const size_t count = fixture.tokens.size() * static_cast<size_t>(it.config.vocab_size);
    std::vector<float> fused(count), libtorch(count);
    fixture.fused->logits(fixture.batch(), fused.data(), {});
    fixture.libtorch->logits(fixture.batch(), libtorch.data(), {});
    CHECK(largest_difference(fused, libtorch) <= kLogits);
  }
}

TEST_CASE("fused log-probs and entropies equal LibTorch's, with temperature and banned ids") {
  for (const Case& it : cases()) {
    CAPTURE(it.name);
    const Fixture fixture(it.config);
    // No banned id occurs in the batch: a log-prob of -inf would compare with nothing.
    LogitOptions options{0.7f, {}};
    for (int32_t id = 0; id < it.config.vocab_size && options.banned.size() < 5; ++id)
      if (std::ranges::find(fixture.tokens, id) == fixture.tokens.end())
        options.banned.push_back(id);
    REQUIRE(!options.banned.empty());
    for (const float* weights : {static_cast<const float*>(nullptr), fixture.weight.data()}) {
      const size_t count = fixture.tokens.size();
      std::vector<float> a(count, 9.f), b(count, 9.f), entropy_a(count, 9.f), entropy_b(count, 9.f);
      fixture.fused->logprobs(fixture.batch(), weights, options, a.data(), entropy_a.data(), {});
      fixture.libtorch->logprobs(fixture.batch(), weights, options, b.data(), entropy_b.data(), {});
      CHECK(largest_difference(a, b) <= kScores);
      CHECK(largest_difference(entropy_a, entropy_b) <= kScores);
    }
  }
}

TEST_CASE("cross entropy has the same sums and gradients in both engines") {
  for (const Case& it : cases()) {
    CAPTURE(it.name);
    const Fixture fixture(it.config);
    check_backward(fixture, CrossEntropyLoss{fixture.weight.data()}, {});
    check_backward(fixture, CrossEntropyLoss{fixture.weight.data()}, {1.3f, {}});
  }
}

TEST_CASE("the policy loss has the same sums and gradients in both engines") {
  for (const Case& it : cases()) {
    CAPTURE(it.name);
    const Fixture fixture(it.config);
    const size_t count = fixture.tokens.size();
    std::vector<float> old(count), reference(count);
    fixture.libtorch->logprobs(fixture.batch(), nullptr, {}, old.data(), nullptr, {});
    for (size_t t = 0; t < count; ++t) {
      reference[t] = old[t] + fixture.noise[count - 1 - t];
      old[t] += fixture.noise[t];  // ratios on both sides of the clip range
    }
    const PolicyLoss plain{fixture.weight.data(),
                           old.data(),
                           fixture.advantages.data(),
                           nullptr,
                           {0.2f, 0.28f},
                           0.f,
                           0.f};
    check_backward(fixture, plain, {});
    PolicyLoss full = plain;
    full.reference_logprobs = reference.data();
    full.kl_coefficient = 0.1f;
    full.entropy_coefficient = 0.05f;
    check_backward(fixture, full, {0.9f, {}});
  }
}

TEST_CASE("the value loss has the same sums, gradients and estimates in both engines") {
  const Fixture fixture(cases().back().config);
  const ValueLoss loss{fixture.weight.data(), fixture.returns.data(), fixture.old_values.data(),
                       0.2f};
  check_backward(fixture, loss, {});
  const size_t count = fixture.tokens.size();
  std::vector<float> fused(count, 9.f), libtorch(count, 9.f);
  fixture.fused->values(fixture.batch(), fixture.weight.data(), fused.data(), {});
  fixture.libtorch->values(fixture.batch(), fixture.weight.data(), libtorch.data(), {});
  CHECK(largest_difference(fused, libtorch) <= kScores);
}

TEST_CASE("in LibTorch's engine a packed batch is the sum of its sequences") {
  const Fixture fixture(cases().front().config);
  const auto size = static_cast<size_t>(fixture.parameters.layout().size());
  std::vector<float> whole(size), parts(size);
  const CrossEntropyLoss loss{fixture.weight.data()};
  fixture.libtorch->backward(fixture.batch(), loss, {}, whole.data(), {});
  for (size_t i = 0; i + 1 < fixture.offsets.size(); ++i) {
    const int64_t start = fixture.offsets[i];
    const int64_t bounds[] = {0, fixture.offsets[i + 1] - start};
    fixture.libtorch->backward({fixture.tokens.data() + start, bounds, 1},
                               CrossEntropyLoss{fixture.weight.data() + start}, {}, parts.data(),
                               {});
  }
  CHECK(largest_difference(whole, parts) <= 1e-5);  // gradients of magnitude 1
}

TEST_CASE("a stop request ends LibTorch's engine with Cancelled") {
  const Fixture fixture(cases().front().config);
  std::stop_source stop;
  stop.request_stop();
  std::vector<float> out(fixture.tokens.size());
  CHECK_THROWS_AS(fixture.libtorch->logprobs(fixture.batch(), nullptr, {}, out.data(), nullptr,
                                             stop.get_token()),
                  Cancelled);
}

TEST_CASE("the sampler's greedy tokens and log-probs are those of LibTorch without a cache") {
  for (const Case& it : cases()) {
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
    const std::vector<int32_t> prompt(fixture.tokens.begin() + 1, fixture.tokens.begin() + 18);
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
