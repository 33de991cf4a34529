#include "lm/sampler.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "lm/errors.h"
#include "lm/shard.h"

namespace querl {
namespace {

// Below this exp((x - max) / temperature) is 0 or 1 for all practical logits: that is what 0 is
// for.
constexpr float kLeastTemperature = 1e-4f;

void check(bool holds, const std::string& message) {
  if (!holds) throw Error("ERR_QUERL_ARGUMENT", message);
}

void check_ids(const char* name, std::span<const int32_t> ids, int64_t vocab_size) {
  for (const int32_t id : ids)
    check(id >= 0 && id < vocab_size, std::string("Expected ") + name + " to be below " +
                                          std::to_string(vocab_size) + ", but got " +
                                          std::to_string(id) + ".");
}

void check_options(const GenerateOptions& options, int64_t vocab_size) {
  check_ids("stop ids", options.stop_ids, vocab_size);
  check_ids("banned ids", options.banned, vocab_size);
  check(options.temperature == 0 ||
            (options.temperature >= kLeastTemperature && std::isfinite(options.temperature)),
        "Expected temperature to be 0 or at least 0.0001, but got " +
            std::to_string(options.temperature) + ".");
  check(options.top_p > 0 && options.top_p <= 1,
        "Expected topP to be in (0, 1], but got " + std::to_string(options.top_p) + ".");
  check(options.min_p >= 0 && options.min_p <= 1,
        "Expected minP to be in [0, 1], but got " + std::to_string(options.min_p) + ".");
  check(options.top_k >= 0,
        "Expected topK to be 0 or more, but got " + std::to_string(options.top_k) + ".");
  check(options.top_logprobs >= 0 && options.top_logprobs <= vocab_size,
        "Expected topLogprobs to be in [0, " + std::to_string(vocab_size) + "], but got " +
            std::to_string(options.top_logprobs) + ".");
}

}  // namespace

struct Sampler::Impl {
  Impl(const Parameters& parameters, TokenBytes token_bytes, Listener callback)
      : vocab_size(parameters.config().vocab_size),
        bytes(std::move(token_bytes)),
        listener(std::move(callback)) {}

  const int64_t vocab_size;
  const TokenBytes bytes;
  const Listener listener;

  mutable std::mutex mutex;  // guards what follows; held while a command is queued, so that the
                             // order of the calls is the order of the commands
  uint64_t next_session = 1;
  std::unordered_map<uint64_t, size_t> shard_of;  // of open sessions
  std::vector<int64_t> load;                      // open sessions by shard

  std::vector<std::unique_ptr<Shard>> shards;  // last: their threads use all of the above

  size_t shard(uint64_t session) const {
    const auto found = shard_of.find(session);
    if (found == shard_of.end()) throw Error("ERR_QUERL_CLOSED", "The session is closed.");
    return found->second;
  }

  uint64_t add(size_t shard) {
    ++load[shard];
    shard_of.emplace(next_session, shard);
    return next_session++;
  }
};

Sampler::Sampler(const Parameters& parameters, std::vector<std::unique_ptr<Decoder>> decoders,
                 TokenBytes bytes, SamplerOptions options, Listener listener) {
  const auto shards = static_cast<int64_t>(decoders.size());
  check(shards > 0, "Expected at least one decoder.");
  const int64_t pages = options.max_tokens / shards / kPageTokens;
  check(pages >= 1, "Expected maxTokens to be at least " + std::to_string(kPageTokens) +
                        " for each thread, but got " + std::to_string(options.max_tokens) +
                        " for " + std::to_string(shards) + ".");
  check(options.max_batch_tokens >= 0, "Expected maxBatchTokens to be 0 or more, but got " +
                                           std::to_string(options.max_batch_tokens) + ".");
  const SchedulerOptions scheduling{pages, options.max_batch_tokens, options.stall_timeout};
  impl_ = std::make_unique<Impl>(parameters, std::move(bytes), std::move(listener));
  impl_->load.resize(decoders.size());
  for (std::unique_ptr<Decoder>& decoder : decoders)
    impl_->shards.push_back(std::make_unique<Shard>(parameters, std::move(decoder), impl_->bytes,
                                                    scheduling, impl_->listener));
}

Sampler::~Sampler() = default;

uint64_t Sampler::open(bool pinned) {
  const std::lock_guard lock(impl_->mutex);
  const auto least = std::min_element(impl_->load.begin(), impl_->load.end());
  const auto shard = static_cast<size_t>(least - impl_->load.begin());
  const uint64_t id = impl_->add(shard);
  impl_->shards[shard]->push([id, pinned](Scheduler& scheduler) { scheduler.open(id, pinned); });
  return id;
}

uint64_t Sampler::fork(uint64_t session, std::span<const int32_t> pending) {
  check_ids("token ids", pending, impl_->vocab_size);
  const std::lock_guard lock(impl_->mutex);
  const size_t shard = impl_->shard(session);
  const uint64_t id = impl_->add(shard);
  impl_->shards[shard]->push(
      [session, id, ids = std::vector<int32_t>(pending.begin(), pending.end())](
          Scheduler& scheduler) { scheduler.fork(session, id, ids); });
  return id;
}

void Sampler::generate(uint64_t session, uint64_t request, std::span<const int32_t> pending,
                       GenerateOptions options) {
  check_ids("token ids", pending, impl_->vocab_size);
  check_options(options, impl_->vocab_size);
  const std::lock_guard lock(impl_->mutex);
  impl_->shards[impl_->shard(session)]->push(
      [session, request, ids = std::vector<int32_t>(pending.begin(), pending.end()),
       options = std::move(options)](Scheduler& scheduler) mutable {
        scheduler.generate(session, request, ids, std::move(options));
      });
}

void Sampler::abort(uint64_t request) {
  // Whose request it is only the shards know.
  for (const auto& shard : impl_->shards)
    shard->push([request](Scheduler& scheduler) { scheduler.abort(request); });
}

void Sampler::pin(uint64_t session, bool pinned) {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->shard_of.find(session);
  if (found == impl_->shard_of.end()) return;
  impl_->shards[found->second]->push(
      [session, pinned](Scheduler& scheduler) { scheduler.pin(session, pinned); });
}

void Sampler::close(uint64_t session) {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->shard_of.find(session);
  if (found == impl_->shard_of.end()) return;
  const size_t shard = found->second;
  impl_->shard_of.erase(found);
  --impl_->load[shard];
  impl_->shards[shard]->push([session](Scheduler& scheduler) { scheduler.close(session); });
}

SamplerStats Sampler::stats() const {
  SamplerStats sum;
  for (const auto& shard : impl_->shards) {
    const SamplerStats one = shard->stats();
    sum.sessions += one.sessions;
    sum.running += one.running;
    sum.waiting += one.waiting;
    sum.waiting_for_pages += one.waiting_for_pages;
    sum.used_pages += one.used_pages;
    sum.reserved_pages += one.reserved_pages;
    sum.total_pages += one.total_pages;
    sum.page_tokens = one.page_tokens;
    sum.prefilled_tokens += one.prefilled_tokens;
    sum.sampled_tokens += one.sampled_tokens;
    sum.passes += one.passes;
    sum.evictions += one.evictions;
  }
  return sum;
}

}  // namespace querl
