// How fast the sampler decodes: the quickstart's model in its own workload, and single steps of a
// larger one. Rates are per second of processor time beside seconds on the clock: on a machine that
// is shared only the former mean much.
//
//   querl_benchmark_decode [seconds per case]
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <mutex>
#include <random>
#include <vector>

#include "benchmarks/models.h"
#include "lm/decode_rows.h"
#include "lm/kv_pages.h"
#include "lm/sampler.h"

namespace querl {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

DecoderConfig small() {
  DecoderConfig config;
  config.vocab_size = 2048;
  config.hidden_size = 128;
  config.intermediate_size = 384;
  config.layers = 4;
  config.heads = 4;
  config.kv_heads = 2;
  config.head_dim = 32;
  config.max_positions = 256;
  return config;
}

class Counter {
 public:
  void finish(size_t turns) {
    const std::lock_guard lock(mutex_);
    finished_ += turns;
    changed_.notify_one();
  }
  void wait(size_t turns) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return finished_ >= turns; });
    finished_ = 0;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t finished_ = 0;
};

// One step of GRPO: 32 prompts of 25 tokens, 8 forks of each, 60 sampled tokens.
void rollouts(const FusedWeights& weights, int threads, double seconds) {
  constexpr int kPrompts = 32, kForks = 8, kTokens = 60, kPromptTokens = 25;
  Counter counter;
  std::vector<std::unique_ptr<Decoder>> decoders;
  for (int i = 0; i < threads; ++i) decoders.push_back(std::make_unique<RowDecoder>(weights));
  Sampler sampler(weights.parameters(), std::move(decoders), {}, {},
                  [&](const std::vector<TurnEvent>& events) { counter.finish(events.size()); });
  std::vector<double> rates;
  uint64_t request = 0;
  std::mt19937 random(1);
  const auto begin = Clock::now();
  const std::clock_t processor_begin = std::clock();
  while (seconds_since(begin) < seconds || rates.size() < 3) {
    const auto start = Clock::now();
    std::vector<uint64_t> sessions;
    for (int i = 0; i < kPrompts; ++i) {
      std::vector<int32_t> prompt(kPromptTokens);
      for (int32_t& id : prompt) id = static_cast<int32_t>(random() % 500);
      const uint64_t parent = sampler.open();
      sessions.push_back(parent);
      for (int fork = 0; fork < kForks; ++fork) {
        const uint64_t session = sampler.fork(parent, prompt);
        prompt.clear();
        sessions.push_back(session);
        GenerateOptions options;
        options.max_tokens = kTokens;
        options.seed = ++request;
        sampler.generate(session, request, {}, options);
      }
    }
    counter.wait(kPrompts * kForks);
    for (const uint64_t session : sessions) sampler.close(session);
    rates.push_back(kPrompts * kForks * kTokens / seconds_since(start));
  }
  const double processor_seconds =
      static_cast<double>(std::clock() - processor_begin) / CLOCKS_PER_SEC;
  const double tokens = kPrompts * kForks * kTokens * static_cast<double>(rates.size());
  std::sort(rates.begin(), rates.end());
  std::printf(
      "rollouts, toy shape, %d thread(s): sampled tokens/s median %.0f, best %.0f; %.0f per "
      "processor "
      "second (%zu runs)\n",
      threads, rates[rates.size() / 2], rates.back(), tokens / processor_seconds, rates.size());
}

// Decode steps of a batch at positions 0 to 127, logits included: the 10th percentile of 128.
void steps(const FusedWeights& weights, const char* name, int64_t batch) {
  RowDecoder decoder(weights);
  KvPool pool(decoder.make_store(batch * 4), batch * 4);
  std::vector<std::unique_ptr<KvPages>> sessions;
  for (int64_t i = 0; i < batch; ++i) {
    sessions.push_back(std::make_unique<KvPages>(pool));
    if (!sessions.back()->reserve(128)) std::abort();
  }
  std::vector<DecodeRow> rows(static_cast<size_t>(batch));
  std::vector<RowResult> results(rows.size());
  const RowRequest greedy{.sampling = {.temperature = 0.f}};
  std::vector<double> best(128, 1e9);
  for (int repeat = 0; repeat < 5; ++repeat)
    for (int32_t position = 0; position < 128; ++position) {
      for (size_t i = 0; i < rows.size(); ++i)
        rows[i] = {static_cast<int32_t>(i * 7 + static_cast<size_t>(position)) % 500, position,
                   sessions[i].get(), &greedy};
      const auto start = Clock::now();
      decoder.run(rows, results);
      double& least = best[static_cast<size_t>(position)];
      least = std::min(least, seconds_since(start));
    }
  std::sort(best.begin(), best.end());
  std::printf("step, %s, batch %3ld: 10th percentile %.4f ms, median %.4f ms, %.2f us a row\n",
              name, static_cast<long>(batch), best[12] * 1e3, best[64] * 1e3,
              best[64] * 1e6 / static_cast<double>(batch));
}

void run(double seconds) {
  Parameters toy_parameters(quickstart_config());
  randomise(toy_parameters, 1);
  const FusedWeights toy_weights(toy_parameters);
  for (const int threads : {1, 2}) rollouts(toy_weights, threads, seconds);
  for (const int64_t batch : {1, 8, 64, 256}) steps(toy_weights, "D 64 L 3", batch);

  Parameters small_parameters(small());
  randomise(small_parameters, 2);
  const FusedWeights small_weights(small_parameters);
  for (const int64_t batch : {1, 8, 64}) steps(small_weights, "D 128 L 4", batch);
}

}  // namespace
}  // namespace querl

int main(int argc, char** argv) {
  querl::run(argc > 1 ? std::atof(argv[1]) : 3);
  return 0;
}
