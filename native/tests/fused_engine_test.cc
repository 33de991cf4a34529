// The fused engine against a float64 decoder written for these tests, and its laws.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <vector>

#include "lm/errors.h"
#include "lm/fused_engine.h"
#include "tests/reference_decoder.h"

namespace querl {
namespace {

// Two layers of sums of some tens of terms of magnitude 1, each rounded to 6e-8.
constexpr double kFp32Decoder = 2e-5;
// Gradients pass twice as many sums; central differences with h = 1e-5 add less.
constexpr double kFp32Gradient = 5e-5;

DecoderConfig small_config() {
  DecoderConfig config;
  config.vocab_size = 37;
  config.hidden_size = 24;
  config.intermediate_size = 40;
  config.layers = 2;
  config.heads = 4;
  config.kv_heads = 2;
  config.head_dim = 6;
  config.max_positions = 64;
  return config;
}

struct Fixture {
  explicit Fixture(const DecoderConfig& config, const std::vector<int64_t>& lengths,
                   uint32_t seed = 1)
      : parameters(config), random(seed) {
    for (const ParameterSpec& spec : parameters.layout().specs()) {
      const double scale = spec.shape.size() == 1 ? 0.3 : 1 / std::sqrt(double(spec.shape[1]));
      for (int64_t i = 0; i < spec.count; ++i)
        parameters.data()[spec.offset + i] =
            float(normal() * scale) + (spec.name.find("norm") != std::string::npos ? 1.f : 0.f);
    }
    weights = std::make_unique<FusedWeights>(parameters);
    for (const int64_t length : lengths) offsets.push_back(offsets.back() + length);
    for (int64_t t = 0; t < offsets.back(); ++t) {
      tokens.push_back(int32_t(random() % uint32_t(config.vocab_size)));
      // A third of the tokens is not trained on.
      token_weights.push_back(random() % 3 == 0 ? 0.f : 0.02f + 0.01f * float(random() % 5));
      old_logprobs.push_back(float(-3.6 + 0.3 * normal()));
      advantages.push_back(float(normal()));
      reference.push_back(float(-3.6 + 0.3 * normal()));
      returns.push_back(float(normal()));
      old_values.push_back(float(0.3 * normal()));
    }
  }

  double normal() { return std::normal_distribution<double>()(random); }
  TokenBatch batch() const { return {tokens.data(), offsets.data(), int64_t(offsets.size()) - 1}; }
  std::vector<float> per_token(float value) const {
    return std::vector<float>(tokens.size(), value);
  }

  Loss cross_entropy() const { return CrossEntropyLoss{token_weights.data()}; }
  Loss policy() const {
    return PolicyLoss{token_weights.data(),
                      old_logprobs.data(),
                      advantages.data(),
                      reference.data(),
                      {0.2f, 0.3f},
                      0.1f,
                      0.05f};
  }
  Loss value() const {
    return ValueLoss{token_weights.data(), returns.data(), old_values.data(), 0.5f};
  }

  std::vector<float> gradients(const Loss& loss, int threads, const LogitOptions& options = {},
                               LossSums* sums = nullptr) const {
    std::vector<float> result(static_cast<size_t>(parameters.layout().size()));
    const auto engine = fused_engine(parameters, *weights, threads);
    const LossSums found = engine->backward(batch(), loss, options, result.data(), {});
    if (sums != nullptr) *sums = found;
    return result;
  }

  Parameters parameters;
  std::unique_ptr<FusedWeights> weights;
  std::mt19937 random;
  std::vector<int32_t> tokens;
  std::vector<int64_t> offsets{0};
  std::vector<float> token_weights, old_logprobs, advantages, reference, returns, old_values;
};

const std::vector<int64_t> kLengths{7, 1, 30, 0, 12, 33, 2};

std::vector<DecoderConfig> configs() {
  std::vector<DecoderConfig> all(7, small_config());
  all[1].tied_embeddings = false;
  all[1].qkv_bias = false;
  all[1].layers = 1;
  all[2].kv_heads = 4;
  all[2].head_dim = 8;
  all[2].layers = 3;
  all[2].value_head = true;
  all[3].kv_heads = 1;
  all[3].head_dim = 80;  // more coordinates than a panel has columns
  all[3].vocab_size = 101;
  all[4].qkv_bias = false;  // as Qwen3
  all[4].qk_norm = true;
  all[4].head_dim = 10;
  all[5].layers = 3;  // as Qwen2 with a window above its first layer
  all[5].sliding_window = 5;
  all[5].full_attention_layers = 1;
  all[6].qkv_bias = false;  // as Llama 3; its wavelengths are 6, 80 and 1000
  all[6].rope_scaling = {RopeScaling::Kind::kLlama3, 8.f, 1.f, 4.f, 100};
  all[6].rope_theta = 2000.f;
  all[6].qk_norm = true;
  all[6].sliding_window = 16;
  return all;
}

TEST_CASE("log-probs, entropies and values equal the float64 decoder's") {
  for (const DecoderConfig& config : configs()) {
    const Fixture given(config, kLengths);
    const ReferenceDecoder twin(given.parameters);
    const LogitOptions options{0.7f, {3, 20}};
    const auto expected = reference_scores(twin, given.batch(), options, config.value_head);
    const auto engine = fused_engine(given.parameters, *given.weights, 2);
    auto logprobs = given.per_token(9.f), entropies = logprobs, values = logprobs;
    engine->logprobs(given.batch(), given.token_weights.data(), options, logprobs.data(),
                     entropies.data(), {});
    if (config.value_head) engine->values(given.batch(), nullptr, values.data(), {});
    for (int64_t s = 0; s < given.batch().sequences; ++s)
      for (int64_t t = given.offsets[size_t(s)]; t < given.offsets[size_t(s) + 1]; ++t) {
        const auto i = static_cast<size_t>(t);
        const bool first = t == given.offsets[size_t(s)];
        const bool scored = !first && given.token_weights[i] != 0.f;
        const bool banned = given.tokens[i] == 3 || given.tokens[i] == 20;
        if (scored && banned)
          CHECK(logprobs[i] == -std::numeric_limits<float>::infinity());
        else
          CHECK(std::abs(double(logprobs[i]) - (scored ? expected.logprobs[i] : 0)) < kFp32Decoder);
        CHECK(std::abs(double(entropies[i]) - (scored ? expected.entropies[i] : 0)) < kFp32Decoder);
        if (config.value_head)
          CHECK(std::abs(double(values[i]) - (first ? 0 : expected.values[i])) < kFp32Decoder);
      }
  }
}

TEST_CASE("logits equal the float64 decoder's at every position") {
  for (const DecoderConfig& config : configs()) {
    const Fixture given(config, kLengths);
    const ReferenceDecoder twin(given.parameters);
    std::vector<float> logits(given.tokens.size() * size_t(config.vocab_size));
    fused_engine(given.parameters, *given.weights, 1)->logits(given.batch(), logits.data(), {});
    double worst = 0;
    for (size_t s = 0; s + 1 < given.offsets.size(); ++s) {
      const int64_t start = given.offsets[s], length = given.offsets[s + 1] - start;
      const auto states = twin.hidden(given.tokens.data() + start, length);
      for (int64_t i = 0; i < length; ++i) {
        const auto expected = twin.logits(states[size_t(i)]);
        for (size_t v = 0; v < expected.size(); ++v)
          worst = std::max(
              worst,
              std::abs(expected[v] - double(logits[size_t(start + i) * expected.size() + v])));
      }
    }
    CHECK(worst < kFp32Decoder);
  }
}

void check_gradients(Fixture& given, const Loss& loss, const LogitOptions& options) {
  LossSums sums;
  const auto gradients = given.gradients(loss, 1, options, &sums);
  ReferenceDecoder twin(given.parameters);
  CHECK(sums.loss ==
        doctest::Approx(reference_loss(twin, given.batch(), loss, options)).epsilon(1e-5));
  for (const ParameterSpec& spec : given.parameters.layout().specs())
    for (int probe = 0; probe < 3; ++probe) {
      int64_t at = int64_t(given.random() % uint64_t(spec.count));
      // Half of the embedding's probes hit tokens of the batch.
      if (spec.name == "model.embed_tokens.weight" && probe < 2)
        at = given.tokens[3 + size_t(probe)] * given.parameters.config().hidden_size +
             at % given.parameters.config().hidden_size;
      double& weight = twin.weight(spec.name)[size_t(at)];
      const double before = weight, h = 1e-5;
      weight = before + h;
      const double above = reference_loss(twin, given.batch(), loss, options);
      weight = before - h;
      const double below = reference_loss(twin, given.batch(), loss, options);
      weight = before;
      const double expected = (above - below) / (2 * h);
      CAPTURE(spec.name);
      CAPTURE(at);
      CHECK(std::abs(double(gradients[size_t(spec.offset + at)]) - expected) <
            kFp32Gradient * (1 + std::abs(expected)));
    }
}

TEST_CASE("gradients equal central differences of the float64 loss for every kind of parameter") {
  for (const DecoderConfig& config : configs()) {
    Fixture given(config, {4, 1, 26, 0, 3}, 5);
    check_gradients(given, given.cross_entropy(), {});
    check_gradients(given, given.policy(), {0.8f, {}});
    if (config.value_head) check_gradients(given, given.value(), {});
  }
}

TEST_CASE("banned ids have no gradient through the head") {
  Fixture given(small_config(), {9, 14}, 2);
  for (int32_t& token : given.tokens) token %= 30;
  check_gradients(given, given.policy(), {1.2f, {33, 36}});
}

TEST_CASE("the sums are those of the loss, recomputed from the scores") {
  Fixture given(small_config(), kLengths, 3);
  LossSums sums;
  given.gradients(given.policy(), 1, {}, &sums);
  const auto scores =
      reference_scores(ReferenceDecoder(given.parameters), given.batch(), {}, false);
  LossSums expected;
  for (size_t s = 0; s + 1 < given.offsets.size(); ++s)
    for (auto t = size_t(given.offsets[s]) + 1; t < size_t(given.offsets[s + 1]); ++t) {
      if (given.token_weights[t] == 0.f) continue;
      const double delta = scores.logprobs[t] - double(given.old_logprobs[t]);
      const double ratio = std::exp(delta), advantage = double(given.advantages[t]);
      const double away = double(given.reference[t]) - scores.logprobs[t];
      expected.tokens += 1;
      expected.logprobs += scores.logprobs[t];
      expected.entropy += scores.entropies[t];
      expected.kl += ratio - 1 - delta;
      expected.reference_kl += std::exp(away) - 1 - away;
      expected.clipped += (advantage > 0 && ratio > 1.3) || (advantage < 0 && ratio < 0.8);
      expected.ratio_max = std::max(expected.ratio_max, ratio);
      expected.logprob_delta_sum += std::abs(delta);
      expected.logprob_delta_max = std::max(expected.logprob_delta_max, std::abs(delta));
    }
  CHECK(sums.tokens == expected.tokens);
  CHECK(sums.clipped == expected.clipped);
  CHECK(expected.clipped > 3);
  const double LossSums::*const fields[] = {
      &LossSums::logprobs,         &LossSums::entropy,   &LossSums::kl,
      &LossSums::reference_kl,     &LossSums::ratio_max, &LossSums::logprob_delta_sum,
      &LossSums::logprob_delta_max};
  for (const auto field : fields)
    CHECK(sums.*field == doctest::Approx(expected.*field).epsilon(1e-4));
}

TEST_CASE("any number of threads gives the same bits") {
  DecoderConfig config = small_config();
  config.value_head = true;
  std::vector<int64_t> lengths;
  for (int64_t i = 0; i < 120; ++i) lengths.push_back(1 + i * 7 % 60);
  const Fixture given(config, lengths, 4);
  for (const Loss& loss : {given.cross_entropy(), given.policy(), given.value()}) {
    LossSums one, other;
    const auto gradients = given.gradients(loss, 1, {}, &one);
    for (const int threads : {2, 3, 8}) {
      CHECK(given.gradients(loss, threads, {}, &other) == gradients);
      CHECK(other.loss == one.loss);
      CHECK(other.entropy == one.entropy);
    }
  }
}

TEST_CASE("gradients add to what is there, and a batch is the sum of its halves") {
  const Fixture given(small_config(), {20, 31}, 6);
  const auto whole = given.gradients(given.cross_entropy(), 1);
  const auto engine = fused_engine(given.parameters, *given.weights, 1);
  std::vector<float> sum(whole.size());
  engine->backward({given.tokens.data(), given.offsets.data(), 1}, given.cross_entropy(), {},
                   sum.data(), {});
  const int64_t second[] = {0, 31};
  engine->backward({given.tokens.data() + 20, second, 1},
                   CrossEntropyLoss{given.token_weights.data() + 20}, {}, sum.data(), {});
  double worst = 0;
  for (size_t i = 0; i < sum.size(); ++i)
    worst = std::max(worst, double(std::abs(sum[i] - whole[i])));
  CHECK(worst < 1e-6);
}

TEST_CASE("an engine computes with the weights as they were last packed") {
  Fixture given(small_config(), {20}, 7);
  const auto engine = fused_engine(given.parameters, *given.weights, 1);
  std::vector<float> before(given.gradients(given.cross_entropy(), 1).size()), after = before;
  engine->backward(given.batch(), given.cross_entropy(), {}, before.data(), {});
  for (int64_t i = 0; i < given.parameters.layout().size(); ++i) given.parameters.data()[i] *= 1.1f;
  given.weights->repack();
  engine->backward(given.batch(), given.cross_entropy(), {}, after.data(), {});
  CHECK(after != before);
  CHECK(after == given.gradients(given.cross_entropy(), 1));
}

TEST_CASE("a NaN where the weight is 0 is never read") {
  Fixture given(small_config(), kLengths, 8);
  const auto clean = given.gradients(given.policy(), 1);
  for (size_t t = 0; t < given.tokens.size(); ++t)
    if (given.token_weights[t] == 0.f)
      given.old_logprobs[t] = given.advantages[t] = given.reference[t] =
          std::numeric_limits<float>::quiet_NaN();
  for (const int64_t start : given.offsets)
    if (size_t(start) < given.tokens.size())
      given.token_weights[size_t(start)] = std::numeric_limits<float>::quiet_NaN();
  CHECK(given.gradients(given.policy(), 1) == clean);
}

TEST_CASE("a NaN in the weights or the advantages reaches the loss and the gradient") {
  Fixture given(small_config(), {20}, 9);
  LossSums sums;
  for (size_t t = 1; t < 20; ++t) given.advantages[t] = std::numeric_limits<float>::quiet_NaN();
  auto gradients = given.gradients(given.policy(), 1, {}, &sums);
  CHECK(std::isnan(sums.loss));
  CHECK(std::isnan(gradients[size_t(given.parameters.layout().layer(0).down)]));
  for (const int64_t at :
       {given.parameters.layout().layer(1).gate_up, given.parameters.layout().layer(0).qkv,
        given.parameters.layout().final_norm()}) {
    Fixture broken(small_config(), {20}, 9);
    broken.parameters.data()[at] = std::numeric_limits<float>::quiet_NaN();
    broken.weights->repack();
    gradients = broken.gradients(broken.cross_entropy(), 1, {}, &sums);
    CHECK(std::isnan(sums.loss));
    CHECK(std::isnan(gradients[size_t(broken.parameters.layout().layer(0).down)]));
  }
}

TEST_CASE("a batch without trained tokens leaves the gradients alone") {
  Fixture given(small_config(), kLengths, 10);
  std::fill(given.token_weights.begin(), given.token_weights.end(), 0.f);
  LossSums sums;
  for (const float g : given.gradients(given.policy(), 2, {}, &sums)) CHECK(g == 0.f);
  CHECK(sums.tokens == 0);
  const Fixture empty(small_config(), {}, 10);
  for (const float g : empty.gradients(empty.cross_entropy(), 2)) CHECK(g == 0.f);
}

TEST_CASE("a requested stop throws Cancelled") {
  const Fixture given(small_config(), kLengths, 11);
  std::stop_source source;
  source.request_stop();
  const auto engine = fused_engine(given.parameters, *given.weights, 2);
  std::vector<float> gradients(size_t(given.parameters.layout().size())),
      out = given.per_token(0.f);
  CHECK_THROWS_AS(
      engine->backward(given.batch(), given.policy(), {}, gradients.data(), source.get_token()),
      Cancelled);
  CHECK_THROWS_AS(
      engine->logprobs(given.batch(), nullptr, {}, out.data(), nullptr, source.get_token()),
      Cancelled);
  // The engine is as good as new.
  engine->logprobs(given.batch(), nullptr, {}, out.data(), nullptr, {});
  CHECK(out[1] < 0.f);
}

template <class Work>
std::string code_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code() + std::string(": ") + error.what();
  }
  return "nothing was thrown";
}

TEST_CASE("a batch that the decoder cannot take is refused with the value at fault") {
  Fixture given(small_config(), {5, 6}, 12);
  const auto engine = fused_engine(given.parameters, *given.weights, 1);
  std::vector<float> out = given.per_token(0.f);
  const auto score = [&](const LogitOptions& options = {}) {
    return code_of(
        [&] { engine->logprobs(given.batch(), nullptr, options, out.data(), nullptr, {}); });
  };
  given.tokens[3] = 37;
  CHECK(score() == "ERR_QUERL_ARGUMENT: Expected token 3 to be in [0, 37), but got 37.");
  given.tokens[3] = -1;
  CHECK(score() == "ERR_QUERL_ARGUMENT: Expected token 3 to be in [0, 37), but got -1.");
  given.tokens[3] = 0;
  CHECK(score({0.f, {}}) ==
        "ERR_QUERL_ARGUMENT: Expected temperature to be above 0, but got 0.000000.");
  CHECK(score({1.f, {37}}) ==
        "ERR_QUERL_ARGUMENT: Expected banned ids to be in the vocabulary of 37, but got 37.");
  CHECK(code_of([&] { engine->values(given.batch(), nullptr, out.data(), {}); }) ==
        "ERR_QUERL_ARGUMENT: Expected a model with a value head.");
  given.offsets = {0, 7, 6};
  CHECK(score() == "ERR_QUERL_ARGUMENT: Expected offsets not to fall, but got 6 behind 7.");
  given.offsets = {1, 6};
  CHECK(score() == "ERR_QUERL_ARGUMENT: Expected offsets to start at 0, but got 1.");
  const Fixture lengthy(small_config(), {3, 65}, 12);
  std::vector<float> all(size_t(lengthy.tokens.size()));
  CHECK(code_of([&] {
          fused_engine(lengthy.parameters, *lengthy.weights, 1)
              ->logprobs(lengthy.batch(), nullptr, {}, all.data(), nullptr, {});
        }) == "ERR_QUERL_WINDOW: Sequence 1 has 65 tokens, and the window is 64.");
}

}  // namespace
}  // namespace querl
