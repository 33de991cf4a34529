// A small model, a sampler over it, and its events, for the sampler's tests.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "lm/decode_rows.h"
#include "lm/sampler.h"
#include "tests/random_model.h"

namespace querl {

inline DecoderConfig tiny_config() {
  DecoderConfig config;
  config.vocab_size = 90;
  config.hidden_size = 32;
  config.intermediate_size = 48;
  config.layers = 2;
  config.heads = 4;
  config.kv_heads = 2;
  config.head_dim = 8;
  config.max_positions = 160;
  return config;
}

struct TinyModel {
  explicit TinyModel(uint32_t seed = 1, const DecoderConfig& config = tiny_config(),
                     FloatType type = FloatType::kFloat32)
      : parameters(config, type) {
    randomise(parameters, seed);
    parameters.set_version(7);
    if (type == FloatType::kFloat32) weights = std::make_unique<FusedWeights>(parameters);
  }

  std::unique_ptr<Decoder> decoder(int threads = 1) const {
    RowDecoderOptions options;
    options.threads = threads;
    if (weights != nullptr) return std::make_unique<RowDecoder>(*weights, options);
    return std::make_unique<RowDecoder>(parameters, options);
  }

  // One for each shard, each with a team of threads.
  std::vector<std::unique_ptr<Decoder>> decoders(int shards, int threads = 1) const {
    std::vector<std::unique_ptr<Decoder>> all;
    for (int i = 0; i < shards; ++i) all.push_back(decoder(threads));
    return all;
  }

  Parameters parameters;
  std::unique_ptr<FusedWeights> weights;  // null: the model is stored in 16 bits
};

// Token 0 is "aa", 1 "ab", …: two letters of nine for each of the ids.
inline TokenBytes letters() {
  TokenBytes bytes;
  for (int id = 0; id < 90; ++id) {
    bytes.offsets.push_back(static_cast<uint32_t>(bytes.bytes.size()));
    bytes.bytes += static_cast<char>('a' + id / 9);
    bytes.bytes += static_cast<char>('a' + id % 9);
  }
  bytes.offsets.push_back(static_cast<uint32_t>(bytes.bytes.size()));
  return bytes;
}

class Bench {
 public:
  explicit Bench(const TinyModel& model, SamplerOptions options = {}, int shards = 1, int team = 1)
      : sampler(std::make_unique<Sampler>(
            model.parameters, model.decoders(shards, team), letters(), options,
            [this](std::vector<TurnEvent> events) { receive(std::move(events)); })) {}

  uint64_t start(uint64_t session, const std::vector<int32_t>& pending, GenerateOptions options) {
    const uint64_t request = ++last_request_;
    sampler->generate(session, request, pending, std::move(options));
    return request;
  }

  TurnEvent wait(uint64_t request) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return finals_.count(request) > 0; });
    return finals_.at(request);
  }

  TurnEvent run(uint64_t session, const std::vector<int32_t>& pending, GenerateOptions options) {
    return wait(start(session, pending, std::move(options)));
  }

  // Waits until `count` tokens of a streamed turn were reported.
  std::vector<int32_t> wait_tokens(uint64_t request, size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return partials_[request].size() >= count; });
    return partials_[request];
  }

  // Waits until no shard has anything to do.
  SamplerStats settle() {
    for (;;) {
      const SamplerStats stats = sampler->stats();
      if (stats.running + stats.waiting == 0 && stats.sessions == 0) return stats;
      std::this_thread::yield();
    }
  }

  size_t finals() {
    const std::lock_guard lock(mutex_);
    return finals_.size();
  }

 private:
  void receive(std::vector<TurnEvent> events) {
    const std::lock_guard lock(mutex_);
    for (TurnEvent& event : events) {
      if (event.partial) {
        auto& ids = partials_[event.request];
        ids.insert(ids.end(), event.ids.begin(), event.ids.end());
      } else {
        if (!finals_.emplace(event.request, event).second) std::abort();  // one end for each turn
      }
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, TurnEvent> finals_;
  std::map<uint64_t, std::vector<int32_t>> partials_;
  uint64_t last_request_ = 0;

 public:
  std::unique_ptr<Sampler> sampler;  // last: its threads use the above
};

inline std::vector<int32_t> random_ids(size_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<int32_t> ids(count);
  for (int32_t& id : ids) id = static_cast<int32_t>(random() % 90);
  return ids;
}

inline GenerateOptions turn(int64_t max_tokens, float temperature = 1.f, uint64_t seed = 5) {
  GenerateOptions options;
  options.max_tokens = max_tokens;
  options.temperature = temperature;
  options.seed = seed;
  return options;
}

}  // namespace querl
