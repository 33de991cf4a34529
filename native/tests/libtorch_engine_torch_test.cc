// The training engine against autograd in float64, which shares no code with it.
#include <ATen/ATen.h>
#include <doctest/doctest.h>

#include <array>

#include "lm/errors.h"
#include "lm/libtorch_engine.h"
#include "lm/training_memory.h"
#include "tests/autograd_twin.h"
#include "tests/training_case.h"

namespace querl {
namespace {

// fp32 sums over up to 200 terms.
constexpr double kGradients = 1e-4;
constexpr double kScores = 1e-4;
constexpr std::array<int64_t, 5> kLengths{1, 17, 33, 2, 64};

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
      const Gradients actual = gradients_of(parameters, nullptr, {}, data, loss, logits);
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

TEST_CASE("16-bit gradients are nearer to float64's than those of autograd in 16 bits") {
  const std::pair<FloatType, at::ScalarType> types[] = {{FloatType::kBfloat16, at::kBFloat16},
                                                        {FloatType::kFloat16, at::kHalf}};
  double logs = 0, count = 0;
  for (const ModelCase& it : model_cases()) {
    for (const auto& [type, scalar] : types) {
      for (const bool adapts : {false, true}) {
        CAPTURE(it.name);
        CAPTURE(float_name(type));
        CAPTURE(adapts);
        Parameters parameters(it.config, type);
        randomise_weights(parameters, 7);
        Adapter adapter(it.config, every_target());
        randomise_adapter(adapter);
        const Adapter* with = adapts ? &adapter : nullptr;
        const TrainingCase data(it.config.vocab_size, kLengths, 5);
        // The losses that clip have kinks, where rounding decides on which side a token is.
        const Loss loss = data.cross_entropy();
        const std::vector<double> exact =
            AutogradTwin(parameters, with).gradients(data.batch(), loss, {});
        const std::vector<double> rounded =
            AutogradTwin(parameters, with, scalar).gradients(data.batch(), loss, {});
        const Gradients ours = gradients_of(parameters, with, {}, data, loss);
        double our_error = 0, their_error = 0;
        for (size_t i = 0; i < exact.size(); ++i) {
          our_error += std::pow(static_cast<double>(ours.numbers[i]) - exact[i], 2);
          their_error += std::pow(rounded[i] - exact[i], 2);
        }
        CHECK(our_error > 0);
        const double ratio = std::sqrt(our_error / their_error);
        CHECK(ratio < 1.25);  // of a single model, where luck has a part
        logs += std::log(ratio);
        ++count;
      }
    }
  }
  CHECK(std::exp(logs / count) < 0.8);  // 0.66 where it was written
}

TEST_CASE("prompts that are computed once give the gradients of prompts that each sequence has") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    Parameters parameters(it.config);
    randomise_weights(parameters, 7);
    const TrainingCase data = grouped_case(it.config.vocab_size);
    AutogradTwin twin(parameters);
    for (const Loss& loss : losses_of(it.config, data)) {
      const std::vector<double> expected = twin.gradients(data.batch(), loss, {});
      for (const int64_t tokens : {4096, 60}) {  // the second cuts within a group
        const Gradients shared =
            gradients_of(parameters, nullptr,
                         {.micro_batch_tokens = tokens, .shares_prompts = true}, data, loss);
        check_gradients<double>(parameters.layout().specs(), shared.numbers, expected, kGradients);
      }
    }
  }
}

TEST_CASE("shared prompts score as their own, in bfloat16 too") {
  const DecoderConfig config = model_cases().front().config;
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16}) {
    Parameters parameters(config, type);
    randomise_weights(parameters, 7);
    const TrainingCase data = grouped_case(config.vocab_size);
    const auto logprobs = [&](bool shares) {
      std::vector<float> result(data.tokens.size());
      libtorch_engine(parameters, nullptr, {.shares_prompts = shares})
          ->logprobs(data.batch(), data.weights.data(), {}, result.data(), nullptr, {});
      return result;
    };
    const std::vector<float> own = logprobs(false), shared = logprobs(true);
    for (size_t t = 0; t < own.size(); ++t)
      // Attention over a prefix sums in other blocks; in bfloat16 that rounds otherwise.
      CHECK(std::abs(own[t] - shared[t]) <= (type == FloatType::kFloat32 ? 1e-5f : 5e-2f));
  }
}

TEST_CASE("strict mode's log-probs are the policy's, and gradients stay the engine's") {
  const DecoderConfig config = model_cases().front().config;
  Parameters parameters(config);
  randomise_weights(parameters, 7);
  const TrainingCase data(config.vocab_size, kLengths, 5);
  std::vector<float> exact = data.old_logprobs;
  for (float& logprob : exact) logprob += 0.01f;
  PolicyLoss loss = data.policy();
  loss.exact_logprobs = exact.data();
  AutogradTwin twin(parameters);
  double expected_loss = 0;
  const std::vector<double> expected = twin.gradients(data.batch(), loss, {}, &expected_loss);
  const Gradients actual = gradients_of(parameters, nullptr, {}, data, loss);
  CHECK(actual.sums.loss == doctest::Approx(expected_loss).epsilon(kScores));
  CHECK(actual.sums.logprob_delta_max == doctest::Approx(0.01).epsilon(1e-3));
  check_gradients<double>(parameters.layout().specs(), actual.numbers, expected, kGradients);
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

TEST_CASE("the engine keeps the memory that is stated, whatever the number of micro-batches") {
  for (const ModelCase& it : model_cases()) {
    CAPTURE(it.name);
    for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16}) {
      for (const bool checkpoints : {false, true}) {
        CAPTURE(float_name(type));
        CAPTURE(checkpoints);
        Parameters parameters(it.config, type);
        const std::vector<int64_t> lengths(20, 101);
        TrainingCase data(it.config.vocab_size, lengths, 5);
        for (size_t t = 0; t < data.weights.size(); ++t) data.weights[t] = t % 101 > 40 ? 1.f : 0.f;
        const EngineOptions options{.micro_batch_tokens = 500, .checkpoints = checkpoints};
        const auto engine = libtorch_engine(parameters, nullptr, options);
        std::vector<float> gradients(static_cast<size_t>(parameters.layout().size()));
        engine->backward(data.batch(), data.cross_entropy(), {}, gradients.data(), {});
        // Five sequences of 100 rows, of which 60 are read, in each of four micro-batches.
        CHECK(engine->bytes() == training_bytes(it.config, type, options, 500, 300));
      }
    }
  }
}

}  // namespace querl
