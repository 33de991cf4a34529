// The training engine against autograd in float64, which shares no code with it.
#include <ATen/ATen.h>
#include <doctest/doctest.h>

#include <array>

#include "lm/errors.h"
#include "lm/libtorch_engine.h"
#include "tests/autograd_twin.h"
#include "tests/training_case.h"

namespace querl {
namespace {

// fp32 sums over up to 200 terms.
constexpr double kGradients = 1e-4;
constexpr double kScores = 1e-4;
constexpr std::array<int64_t, 5> kLengths{1, 17, 33, 2, 64};

LoraConfig every_target() {
  return {4,
          6.f,
          {LoraTarget::kQ, LoraTarget::kK, LoraTarget::kV, LoraTarget::kO, LoraTarget::kGate,
           LoraTarget::kUp, LoraTarget::kDown}};
}

void randomise_adapter(Adapter& adapter) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal(0.f, 0.2f);
  std::vector<float> numbers(static_cast<size_t>(adapter.size()));
  std::generate(numbers.begin(), numbers.end(), [&] { return normal(random); });
  adapter.write(0, adapter.size(), numbers.data());
}

struct Gradients {
  std::vector<float> numbers;
  LossSums sums;
};

Gradients gradients_of(const Parameters& parameters, const Adapter* adapter,
                       const EngineOptions& options, const TrainingCase& data, const Loss& loss,
                       const LogitOptions& logits = {}) {
  const int64_t size = adapter == nullptr ? parameters.layout().size() : adapter->size();
  Gradients result{std::vector<float>(static_cast<size_t>(size)), {}};
  result.sums = libtorch_engine(parameters, adapter, options)
                    ->backward(data.batch(), loss, logits, result.numbers.data(), {});
  return result;
}

std::vector<Loss> losses_of(const DecoderConfig& config, const TrainingCase& data) {
  std::vector<Loss> losses{data.cross_entropy(), data.policy()};
  if (config.value_head) losses.emplace_back(data.value());
  return losses;
}

}  // namespace

TEST_CASE("gradients of every parameter are autograd's, for every family's flags and every loss") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    Parameters parameters(it.config);
    randomise_weights(parameters, 7);
    const TrainingCase data(it.config.vocab_size, kLengths, 5);
    AutogradTwin twin(parameters);
    for (const Loss& loss : losses_of(it.config, data)) {
      CAPTURE(loss.index());
      const LogitOptions logits{0.8f, {}};
      double expected_loss = 0;
      const std::vector<double> expected =
          twin.gradients(data.batch(), loss, logits, &expected_loss);
      const Gradients actual =
          gradients_of(parameters, nullptr, {.threads = 2}, data, loss, logits);
      CHECK(actual.sums.loss == doctest::Approx(expected_loss).epsilon(kScores));
      check_gradients<double>(parameters.layout().specs(), actual.numbers, expected, kGradients);
    }
  }
}

TEST_CASE("with banned ids log-probs, entropies and gradients are autograd's") {
  const DecoderConfig config = model_cases().front().config;
  Parameters parameters(config);
  randomise_weights(parameters, 7);
  const TrainingCase data(config.vocab_size, kLengths, 5);
  LogitOptions options{1.3f, {}};
  for (int32_t id = 0; id < config.vocab_size && options.banned.size() < 5; ++id)
    if (std::ranges::find(data.tokens, id) == data.tokens.end()) options.banned.push_back(id);
  REQUIRE(!options.banned.empty());
  AutogradTwin twin(parameters);
  const Loss loss = data.policy();
  const std::vector<double> expected = twin.gradients(data.batch(), loss, options);
  const Gradients actual = gradients_of(parameters, nullptr, {}, data, loss, options);
  check_gradients<double>(parameters.layout().specs(), actual.numbers, expected, kGradients);

  std::vector<float> logprobs(data.tokens.size()), entropies(data.tokens.size());
  libtorch_engine(parameters, nullptr, {})
      ->logprobs(data.batch(), nullptr, options, logprobs.data(), entropies.data(), {});
  for (size_t i = 0; i + 1 < data.offsets.size(); ++i) {
    const int64_t start = data.offsets[i], n = data.offsets[i + 1] - start;
    if (n < 2) continue;
    const auto [log, entropy] = twin.scores(data.tokens.data() + start, n, options);
    for (int64_t t = 1; t < n; ++t) {
      CHECK(std::abs(logprobs[static_cast<size_t>(start + t)] - log[t - 1].item<double>()) <=
            kScores);
      CHECK(std::abs(entropies[static_cast<size_t>(start + t)] - entropy[t - 1].item<double>()) <=
            kScores);
    }
  }
}

TEST_CASE("an adapter's gradients are autograd's, and the model's weights have none") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    Parameters parameters(it.config);
    randomise_weights(parameters, 7);
    Adapter adapter(it.config, every_target());
    randomise_adapter(adapter);
    const TrainingCase data(it.config.vocab_size, kLengths, 5);
    AutogradTwin twin(parameters, &adapter);
    for (const Loss& loss : losses_of(it.config, data)) {
      const std::vector<double> expected = twin.gradients(data.batch(), loss, {});
      const Gradients actual = gradients_of(parameters, &adapter, {}, data, loss);
      check_gradients<double>(adapter.specs(), actual.numbers, expected, kGradients);
    }
  }
}

TEST_CASE("an adapter that is off scores as the model without one") {
  const DecoderConfig config = model_cases().front().config;
  Parameters parameters(config);
  randomise_weights(parameters, 7);
  Adapter adapter(config, every_target());
  randomise_adapter(adapter);
  const TrainingCase data(config.vocab_size, kLengths, 5);
  const auto logprobs = [&](const Adapter* with, bool reference) {
    std::vector<float> result(data.tokens.size());
    LogitOptions options;
    options.reference = reference;
    libtorch_engine(parameters, with, {})
        ->logprobs(data.batch(), nullptr, options, result.data(), nullptr, {});
    return result;
  };
  CHECK(logprobs(&adapter, true) == logprobs(nullptr, false));
  CHECK(logprobs(&adapter, false) != logprobs(nullptr, false));
}

TEST_CASE("checkpoints change no bit of the gradients") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    Parameters parameters(it.config, FloatType::kBfloat16);
    randomise_weights(parameters, 7);
    const TrainingCase data(it.config.vocab_size, kLengths, 5);
    const Gradients kept = gradients_of(parameters, nullptr, {}, data, data.policy());
    const Gradients again =
        gradients_of(parameters, nullptr, {.checkpoints = true}, data, data.policy());
    CHECK(kept.numbers == again.numbers);
    CHECK(kept.sums.loss == again.sums.loss);
  }
}

TEST_CASE("however a batch is cut, its sums and gradients stay") {
  const DecoderConfig config = model_cases().front().config;
  Parameters parameters(config);
  randomise_weights(parameters, 7);
  const TrainingCase data(config.vocab_size, kLengths, 5);
  const Gradients whole = gradients_of(parameters, nullptr, {}, data, data.policy());
  for (const int64_t tokens : {1, 20, 50, 80}) {
    CAPTURE(tokens);
    const Gradients cut =
        gradients_of(parameters, nullptr, {.micro_batch_tokens = tokens}, data, data.policy());
    // Rounding of sums in another order.
    check_gradients<float>(parameters.layout().specs(), cut.numbers, whole.numbers, 1e-5);
    CHECK(cut.sums.loss == doctest::Approx(whole.sums.loss).epsilon(1e-5));
    CHECK(cut.sums.tokens == whole.sums.tokens);
  }
}

TEST_CASE(
    "a stop request ends the engine with Cancelled, and the next call is as if it had not been") {
  const DecoderConfig config = model_cases().front().config;
  Parameters parameters(config);
  randomise_weights(parameters, 7);
  const TrainingCase data(config.vocab_size, kLengths, 5);
  const auto engine = libtorch_engine(parameters, nullptr, {});
  std::stop_source stop;
  stop.request_stop();
  std::vector<float> gradients(static_cast<size_t>(parameters.layout().size()));
  CHECK_THROWS_AS(
      engine->backward(data.batch(), data.policy(), {}, gradients.data(), stop.get_token()),
      Cancelled);
  CHECK_THROWS_AS(
      engine->logprobs(data.batch(), nullptr, {}, gradients.data(), nullptr, stop.get_token()),
      Cancelled);
  std::fill(gradients.begin(), gradients.end(), 0.f);
  engine->backward(data.batch(), data.policy(), {}, gradients.data(), {});
  CHECK(gradients == gradients_of(parameters, nullptr, {}, data, data.policy()).numbers);
}

}  // namespace querl
