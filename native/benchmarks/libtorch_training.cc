// Seconds and GFLOP/s of a training step over LibTorch's operators: 101 M parameters in bfloat16,
// the prompts and completions of a GRPO step, some 10,000 tokens, on the CPU.
//
//   libtorch_training [threads] [rounds]
//
// GFLOP/s are those of the products that a step needs: 2 for each weight and row on the way there,
// 4 on the way back, the attention's beside them, and the head's for the rows that are read. What
// is computed again (the head's logits, checkpoints) is not counted.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>
#include <vector>

#include "lm/libtorch_engine.h"
#include "lm/packed_rows.h"

namespace querl {
namespace {

DecoderConfig tenth_billion() {
  DecoderConfig config;
  config.vocab_size = 32768;
  config.hidden_size = 768;
  config.intermediate_size = 2048;
  config.layers = 12;
  config.heads = 12;
  config.kv_heads = 4;
  config.head_dim = 64;
  config.max_positions = 4096;
  config.rope_theta = 1e6f;
  return config;
}

void randomise(Parameters& parameters) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.f, 0.04f);
  for (const ParameterSpec& spec : parameters.layout().specs()) {
    std::vector<float> numbers(static_cast<size_t>(spec.count), 1.f);
    if (spec.shape.size() > 1)
      for (float& number : numbers) number = normal(random);
    parameters.write(spec.offset, spec.count, numbers.data());
  }
}

// 4 prompts of 80 to 200 tokens with 6 completions each, of 60 to 700.
struct Batch {
  explicit Batch(int64_t vocab) {
    std::mt19937 random(2);
    std::normal_distribution<double> normal(5.5, 0.6);
    const auto token = [&] {
      return static_cast<int32_t>(random() % static_cast<uint32_t>(vocab));
    };
    for (int question = 0; question < 4; ++question) {
      std::vector<int32_t> prompt(static_cast<size_t>(80 + 40 * question));
      std::generate(prompt.begin(), prompt.end(), token);
      for (int sample = 0; sample < 6; ++sample) {
        const auto length = static_cast<int64_t>(std::clamp(std::exp(normal(random)), 60., 700.));
        tokens.insert(tokens.end(), prompt.begin(), prompt.end());
        weights.resize(tokens.size(), 0.f);
        for (int64_t t = 0; t < length; ++t) tokens.push_back(token());
        weights.resize(tokens.size(), 1e-4f);
        offsets.push_back(static_cast<int64_t>(tokens.size()));
      }
    }
    old_logprobs.assign(tokens.size(), -10.8f);
    advantages.assign(tokens.size(), 1.f);
  }
  TokenBatch view() const {
    return {tokens.data(), offsets.data(), static_cast<int64_t>(offsets.size()) - 1};
  }

  std::vector<int32_t> tokens;
  std::vector<int64_t> offsets{0};
  std::vector<float> weights, old_logprobs, advantages;
};

// Floating point operations of a forward pass.
double operations(const DecoderConfig& c, const std::vector<PackedRows>& all) {
  const auto n = [](int64_t count) { return static_cast<double>(count); };
  double total = 0;
  for (const PackedRows& rows : all) {
    const double layer = n(c.qkv_size() * c.hidden_size),
                 mlp = n(c.q_size() * c.hidden_size + 3 * c.hidden_size * c.intermediate_size);
    total += 2 * n(rows.count()) * (layer * n(c.layers) + mlp * n(c.layers - 1));
    total += 2 * n(rows.read_count()) * (mlp + n(c.vocab_size * c.hidden_size));
    for (const int32_t position : rows.positions)  // scores and sums of values
      total += 4 * n(position + 1) * n(c.q_size() * c.layers);
  }
  return total;
}

void report(const char* name, double flops, int rounds, const std::function<void()>& work) {
  double best = 1e9, cpu = 1e9;
  for (int i = 0; i < rounds; ++i) {
    const std::clock_t busy = std::clock();
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    cpu = std::min(cpu, static_cast<double>(std::clock() - busy) / CLOCKS_PER_SEC);
  }
  std::printf("%-36s %7.3f s, processor %7.3f s, %6.0f GFLOP/s\n", name, best, cpu,
              flops / best / 1e9);
}

}  // namespace
}  // namespace querl

int main(int count, char** arguments) {
  using namespace querl;
  const int threads = count > 1 ? std::atoi(arguments[1]) : 2;
  const int rounds = count > 2 ? std::atoi(arguments[2]) : 3;
  const DecoderConfig config = tenth_billion();
  Parameters parameters(config, FloatType::kBfloat16);
  randomise(parameters);
  const Batch batch(config.vocab_size);
  std::vector<float> gradients(static_cast<size_t>(parameters.layout().size()));
  std::vector<float> logprobs(batch.tokens.size());
  const PolicyLoss loss{batch.weights.data(),
                        batch.old_logprobs.data(),
                        batch.advantages.data(),
                        nullptr,
                        {},
                        0.f,
                        0.f};
  std::printf("%ld parameters, %zu tokens, %d threads\n", parameters.layout().size(),
              batch.tokens.size(), threads);
  for (const bool shares : {false, true}) {
    for (const bool checkpoints : {false, true}) {
      const EngineOptions options{threads, 4096, checkpoints, shares};
      const auto engine = libtorch_engine(parameters, nullptr, options);
      const std::vector<PackedRows> rows =
          pack_rows(batch.view(), {batch.weights.data()}, options.micro_batch_tokens, shares);
      const double forward = operations(config, rows);
      std::printf("%s, %s\n", shares ? "prompts shared" : "prompts by themselves",
                  checkpoints ? "checkpoints" : "all kept");
      if (!checkpoints)
        report("  log-probs", forward, rounds, [&] {
          engine->logprobs(batch.view(), batch.weights.data(), {}, logprobs.data(), nullptr, {});
        });
      report("  forward and backward", 3 * forward, rounds,
             [&] { engine->backward(batch.view(), loss, {}, gradients.data(), {}); });
      std::printf("  the engine keeps %.0f MB\n", static_cast<double>(engine->bytes()) / 1e6);
    }
  }
}
