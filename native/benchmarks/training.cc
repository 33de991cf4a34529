// Milliseconds of a training step on the CPU, for the small decoder of the quickstart: one batch of
// supervised fine-tuning, one minibatch of policy optimisation, also in strict mode, and the
// optimiser.
//
//   training [threads]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <random>
#include <vector>

#include "benchmarks/models.h"
#include "kernels/adamw.h"
#include "kernels/thread_pool.h"
#include "lm/decode_rows.h"
#include "lm/fused_engine.h"
#include "lm/strict_engine.h"

namespace querl {
namespace {

const auto kVocabulary = static_cast<uint32_t>(quickstart_config().vocab_size);

// `trained` tokens at the end of each sequence have a weight.
struct Batch {
  Batch(int64_t sequences, int64_t length, int64_t trained) {
    std::mt19937 random(1);
    for (int64_t i = 0; i < sequences; ++i) {
      const int64_t size = length - 8 + static_cast<int64_t>(random() % 17);
      for (int64_t t = 0; t < size; ++t) {
        tokens.push_back(static_cast<int32_t>(random() % kVocabulary));
        weights.push_back(t >= size - trained ? 1e-3f : 0.f);
      }
      offsets.push_back(static_cast<int64_t>(tokens.size()));
    }
    old_logprobs.assign(tokens.size(), -6.4f);
    advantages.assign(tokens.size(), 1.f);
  }

  TokenBatch view() const {
    return {tokens.data(), offsets.data(), static_cast<int64_t>(offsets.size()) - 1};
  }

  std::vector<int32_t> tokens;
  std::vector<int64_t> offsets{0};
  std::vector<float> weights, old_logprobs, advantages;
};

template <class Work>
void report(const char* name, const Work& work) {
  std::vector<double> times, cpu;
  for (int i = 0; i < 15; ++i) {
    const std::clock_t busy = std::clock();
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
    cpu.push_back(1e3 * static_cast<double>(std::clock() - busy) / CLOCKS_PER_SEC);
  }
  std::sort(times.begin(), times.end());
  std::sort(cpu.begin(), cpu.end());
  std::printf("%-44s %8.2f ms, best %.2f; processor %.2f, best %.2f\n", name,
              times[times.size() / 2], times[0], cpu[cpu.size() / 2], cpu[0]);
}

}  // namespace
}  // namespace querl

int main(int count, char** arguments) {
  using namespace querl;
  const int threads = count > 1 ? std::atoi(arguments[1]) : 1;
  DecoderConfig config = quickstart_config();
  config.value_head = true;
  Parameters parameters(config);
  randomise(parameters, 2);
  const int64_t size = parameters.layout().size();
  FusedWeights weights(parameters);
  const auto engine = fused_engine(parameters, weights, threads);
  std::vector<float> gradients(static_cast<size_t>(size)), first = gradients, second = gradients;
  ThreadPool pool(threads);
  std::printf("%s, %d threads, %ld parameters\n", isa_name(best_isa()), threads, size);

  const Batch supervised(32, 50, 58), policy(128, 82, 30);
  report("supervised, 32 x 50 tokens, all trained", [&] {
    engine->backward(supervised.view(), CrossEntropyLoss{supervised.weights.data()}, {},
                     gradients.data(), {});
  });
  const PolicyLoss loss{policy.weights.data(),
                        policy.old_logprobs.data(),
                        policy.advantages.data(),
                        nullptr,
                        {},
                        0.f,
                        0.f};
  report("policy, 128 x 82 tokens, 30 trained",
         [&] { engine->backward(policy.view(), loss, {}, gradients.data(), {}); });
  const auto strict = strict_engine(parameters, fused_engine(parameters, weights, threads), [&] {
    std::vector<std::unique_ptr<Decoder>> decoders;
    for (int i = 0; i < threads; ++i) decoders.push_back(std::make_unique<RowDecoder>(weights));
    return decoders;
  });
  report("the same in strict mode",
         [&] { strict->backward(policy.view(), loss, {}, gradients.data(), {}); });
  std::vector<float> out(policy.tokens.size());
  report("log-probs of the same", [&] {
    engine->logprobs(policy.view(), policy.weights.data(), {}, out.data(), nullptr, {});
  });
  report("value, the same tokens", [&] {
    engine->backward(policy.view(),
                     ValueLoss{policy.weights.data(), policy.advantages.data(), out.data(), 0.5f},
                     {}, gradients.data(), {});
  });
  report("norm, AdamW, packing", [&] {
    const double norm = std::sqrt(squared_norm(gradients.data(), size, pool));
    AdamWStep step;
    step.gradient_scale = static_cast<float>(1 / std::max(1.0, norm));
    adamw(step, parameters.data(), gradients.data(), first.data(), second.data(), size, pool);
    weights.repack();
  });
}
