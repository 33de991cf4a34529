// How fast the sampler decodes: the quickstart's model in its own workload, single steps of a
// larger one by one thread and by two, and Qwen2.5-0.5B in bfloat16 against the bandwidth of the
// memory. Rates are per second of processor time beside seconds on the clock: on a machine that is
// shared only the former mean much.
//
//   querl_benchmark_decode [seconds of rollouts; 0: none] [shape: toy, small, half or all]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/models.h"
#include "kernels/team.h"
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

double percentile(std::vector<double>& times, double share) {
  std::sort(times.begin(), times.end());
  return times[static_cast<size_t>(share * static_cast<double>(times.size() - 1))];
}

// Decode steps of a batch at positions 0 to 127, greedy: the best of each, of which two
// percentiles.
double steps(RowDecoder& decoder, const char* name, int threads, int64_t batch, int repeats,
             int32_t positions) {
  const int64_t pages = KvPages::pages_for(positions);
  KvPool pool(decoder.make_store(batch * pages), batch * pages);
  std::vector<std::unique_ptr<KvPages>> sessions;
  for (int64_t i = 0; i < batch; ++i) {
    sessions.push_back(std::make_unique<KvPages>(pool));
    if (!sessions.back()->reserve(positions)) std::abort();
  }
  std::vector<DecodeRow> rows(static_cast<size_t>(batch));
  std::vector<RowResult> results(rows.size());
  const RowRequest greedy{.sampling = {.temperature = 0.f}};
  std::vector<double> best(static_cast<size_t>(positions), 1e9);
  for (int repeat = 0; repeat < repeats; ++repeat)
    for (int32_t position = 0; position < positions; ++position) {
      for (size_t i = 0; i < rows.size(); ++i)
        rows[i] = {static_cast<int32_t>(i * 7 + static_cast<size_t>(position)) % 500, position,
                   sessions[i].get(), &greedy};
      const auto start = Clock::now();
      decoder.run(rows, results);
      double& least = best[static_cast<size_t>(position)];
      least = std::min(least, seconds_since(start));
    }
  const double median = percentile(best, 0.5);
  std::printf(
      "step, %s, %d thread(s), batch %3ld: 10th percentile %.4f ms, median %.4f ms, %.2f us a "
      "row\n",
      name, threads, static_cast<long>(batch), percentile(best, 0.1) * 1e3, median * 1e3,
      median * 1e6 / static_cast<double>(batch));
  return median;
}

void steps_of(const DecoderConfig& config, const char* name) {
  Parameters parameters(config);
  randomise(parameters, 2);
  const FusedWeights weights(parameters);
  for (const int threads : {1, 2}) {
    RowDecoder decoder(weights, {.threads = threads});
    for (const int64_t batch : {1, 8, 64, 256}) steps(decoder, name, threads, batch, 5, 128);
  }
}

// Bytes a second that `threads` threads read of the weights: the best of a few times.
double read_bandwidth(const Parameters& parameters, int threads) {
  Team team(threads);
  const auto* words = static_cast<const uint64_t*>(parameters.raw());
  const int64_t count = parameters.bytes() / 8;
  std::atomic<uint64_t> sink{0};
  double best = 1e9;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const auto start = Clock::now();
    team.run([&](int thread) {
      uint64_t sum = 0;
      for (int64_t i = count * thread / threads; i < count * (thread + 1) / threads; ++i)
        sum += words[i];
      sink += sum;
    });
    best = std::min(best, seconds_since(start));
  }
  return static_cast<double>(parameters.bytes()) / best;
}

void prefill(RowDecoder& decoder, const Parameters& parameters, int threads, int64_t tokens) {
  const DecoderConfig& config = parameters.config();
  const int64_t pages = KvPages::pages_for(tokens);
  KvPool pool(decoder.make_store(pages), pages);
  KvPages session(pool);
  if (!session.reserve(tokens)) std::abort();
  const RowRequest greedy{.sampling = {.temperature = 0.f}};
  std::vector<DecodeRow> rows;
  for (int32_t i = 0; i < tokens; ++i)
    rows.push_back({i % 500, i, &session, i + 1 == tokens ? &greedy : nullptr});
  std::vector<RowResult> results(rows.size());
  std::vector<double> times;
  for (int repeat = 0; repeat < 5; ++repeat) {
    const auto start = Clock::now();
    decoder.run(rows, results);
    times.push_back(seconds_since(start));
  }
  const double layers = static_cast<double>(parameters.layout().size()) -
                        static_cast<double>(config.vocab_size * config.hidden_size);
  const double best = percentile(times, 0);
  std::printf("prefill, %d thread(s), %ld tokens: best %.1f ms, %.0f GFLOP/s\n", threads,
              static_cast<long>(tokens), best * 1e3,
              2 * layers * static_cast<double>(tokens) / best / 1e9);
}

void half_billion() {
  Parameters parameters(half_billion_config(), FloatType::kBfloat16);
  randomise(parameters, 3, 0.03f);
  for (const int threads : {1, 2}) {
    const double bandwidth = read_bandwidth(parameters, threads);
    std::printf("memory, %d thread(s): %.1f GB/s\n", threads, bandwidth / 1e9);
    RowDecoder decoder(parameters, {.threads = threads});
    for (const int64_t batch : {1, 16}) {
      const double median = steps(decoder, "0.5B bfloat16", threads, batch, 3, 12);
      const double read = static_cast<double>(parameters.bytes()) / median;
      std::printf("  %.1f GB/s of weights, %.0f %% of the memory's\n", read / 1e9,
                  100 * read / bandwidth);
    }
    prefill(decoder, parameters, threads, 512);
  }
}

void run(double seconds, const std::string& shape) {
  const bool all = shape == "all";
  if (all || shape == "toy") {
    Parameters parameters(quickstart_config());
    randomise(parameters, 1);
    const FusedWeights weights(parameters);
    for (const int threads : {1, 2})
      if (seconds > 0) rollouts(weights, threads, seconds);
    steps_of(quickstart_config(), "D 64 L 3");
  }
  if (all || shape == "small") steps_of(small(), "D 128 L 4");
  if (all || shape == "half") half_billion();
}

}  // namespace
}  // namespace querl

int main(int argc, char** argv) {
  querl::run(argc > 1 ? std::atof(argv[1]) : 3, argc > 2 ? argv[2] : "all");
  return 0;
}
