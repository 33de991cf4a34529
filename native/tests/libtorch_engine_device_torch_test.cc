// The training engine on a device against itself on the CPU, where it is checked against autograd
// in float64 (libtorch_engine_torch_test.cc). Without a device (test_device.h), the CPU's against
// the CPU's, cut in other micro-batches.
#include <doctest/doctest.h>

#include <array>
#include <optional>

#include "lm/libtorch_engine.h"
#include "tests/test_device.h"
#include "tests/training_case.h"

namespace querl {
namespace {

constexpr FloatType kTypes[] = {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16};

// The same as a whole; and with everything that makes the engine sum in another order.
const EngineOptions kOptions[] = {
    {},
    {.micro_batch_tokens = 60, .checkpoints = true, .shares_prompts = true},
};

// A model, its adapter and the gradients of what trains, all in the memory of one device.
struct Subject {
  Subject(const std::shared_ptr<Device>& device, const DecoderConfig& config, FloatType type,
          bool adapts)
      : parameters(config, type, device) {
    randomise_weights(parameters, 7);
    if (adapts) randomise_adapter(adapter.emplace(config, every_target(), device));
    const int64_t count = adapts ? adapter->size() : parameters.layout().size();
    gradients = DeviceBuffer(device, count * static_cast<int64_t>(sizeof(float)));
  }

  const std::vector<ParameterSpec>& specs() const {
    return adapter ? adapter->specs() : parameters.layout().specs();
  }
  std::unique_ptr<TrainingEngine> engine(const EngineOptions& options) const {
    return libtorch_engine(parameters, adapter ? &*adapter : nullptr, options);
  }
  // Of two calls, since the engine adds.
  std::vector<float> backward(const EngineOptions& options, const TrainingCase& data,
                              const Loss& loss, LossSums& sums) {
    const auto mine = engine(options);
    gradients.zero();
    for (int i = 0; i < 2; ++i)
      sums = mine->backward(data.batch(), loss, {}, gradients.floats(), {});
    std::vector<float> numbers(static_cast<size_t>(gradients.bytes()) / sizeof(float));
    gradients.read(0, gradients.bytes(), numbers.data());
    return numbers;
  }

  Parameters parameters;
  std::optional<Adapter> adapter;
  DeviceBuffer gradients;
};

// Of a parameter's gradient, and of the loss.
struct Tolerance {
  double gradients, loss;
};

// In 16 bits every activation is rounded: on the CPU a parameter's gradient then lies up to 5.5 %
// (bfloat16) and 0.8 % (float16) off float64's. Two devices may lie twice as far apart.
Tolerance tolerance(FloatType type) {
  switch (type) {
    case FloatType::kFloat32:
      return {1e-4, 1e-5};
    case FloatType::kBfloat16:
      return {0.11, 1e-2};
    case FloatType::kFloat16:
      return {0.016, 1e-3};
  }
  return {};
}

}  // namespace

TEST_CASE(
    "a device's gradients are the CPU's, in every storage type, with an adapter and without") {
  for (const ModelCase& it : model_cases())
    for (const FloatType type : kTypes)
      for (const bool adapts : {false, true}) {
        CAPTURE(it.name);
        CAPTURE(float_name(type));
        CAPTURE(adapts);
        Subject host(host_device(), it.config, type, adapts);
        Subject device(test_device(), it.config, type, adapts);
        const TrainingCase data = grouped_case(it.config.vocab_size);
        // The losses that clip have kinks, where rounding to 16 bits decides on which side a token
        // is.
        const std::vector<Loss> losses = type == FloatType::kFloat32
                                             ? losses_of(it.config, data)
                                             : std::vector<Loss>{data.cross_entropy()};
        for (const Loss& loss : losses) {
          CAPTURE(loss.index());
          LossSums expected_sums, sums;
          const auto expected = host.backward({}, data, loss, expected_sums);
          for (const EngineOptions& options : kOptions) {
            CAPTURE(options.checkpoints);
            const auto actual = device.backward(options, data, loss, sums);
            check_gradients<float>(device.specs(), actual, expected, tolerance(type).gradients);
            CHECK(sums.loss == doctest::Approx(expected_sums.loss).epsilon(tolerance(type).loss));
            CHECK(sums.tokens == expected_sums.tokens);
          }
        }
      }
}

}  // namespace querl
