// A long random life of the sampler, which leaves nothing behind.
#include <doctest/doctest.h>

#include <optional>
#include <shared_mutex>
#include <thread>

#include "tests/sampler_harness.h"

namespace querl {
namespace {

DecoderConfig soak_config() {
  DecoderConfig config = tiny_config();
  config.hidden_size = 16;
  config.intermediate_size = 16;
  config.layers = 1;
  config.heads = 2;
  config.kv_heads = 1;
  return config;
}

// A session as a user knows it.
struct Known {
  uint64_t id = 0;
  std::vector<int32_t> tokens = {};
  uint64_t request = 0;                      // the last one, 0: none
  std::optional<GenerateOptions> turn = {};  // of a request that has not been looked at
  bool is_certain = true;                    // `tokens` are what the session holds
};

// Opens, forks, generates, pins, aborts and closes at random, with a budget that is too small for
// all that goes on, while another thread counts the weights' version up.
class Soak {
 public:
  Soak(uint32_t seed, int threads)
      : random_(seed),
        model_(seed, soak_config()),
        bench_(model_,
               {.max_tokens = threads * int64_t{384},
                .max_batch_tokens = seed % 2 == 0 ? 0 : 17,
                .stall_timeout = std::chrono::milliseconds(5)},
               threads) {}

  void run(int operations) {
    std::jthread optimiser([&](std::stop_token stop) {
      while (!stop.stop_requested()) {
        {
          const std::unique_lock lock(model_.parameters.mutex());
          model_.parameters.set_version(model_.parameters.version() + 1);
          model_.weights->repack();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
    for (int i = 0; i < operations; ++i) operate(static_cast<uint32_t>(i));
    while (!sessions_.empty()) close(sessions_.size() - 1);
    for (uint64_t request = 1; request <= requests_; ++request) bench_.wait(request);
    const SamplerStats stats = bench_.settle();
    CHECK(stats.used_pages == 0);
    CHECK(stats.reserved_pages == 0);
    CHECK(stats.waiting_for_pages == 0);
    CHECK(stats.evictions > 0);
    CHECK(bench_.finals() == requests_);   // the bench aborts if a turn ends twice
    CHECK(compared_ > operations / 1000);  // some 1 of 100; how many is a matter of time
  }

 private:
  size_t pick() { return random_() % sessions_.size(); }

  void operate(uint32_t number) {
    const auto kind = static_cast<uint32_t>(random_() % 100);
    const auto ids = random_ids(random_() % 40, number);
    if (sessions_.empty() || kind < 12)
      sessions_.push_back({.id = bench_.sampler->open(random_() % 2 == 0)});
    else if (kind < 26)
      fork(pick(), ids);
    else if (kind < 66)
      generate(pick(), ids);
    else if (kind < 72)
      abort(pick());
    else if (kind < 80)
      bench_.sampler->pin(sessions_[pick()].id, random_() % 2 == 0);
    else
      close(pick());
    if (sessions_.size() > 16) close(pick());
  }

  void generate(size_t which, const std::vector<int32_t>& ids) {
    Known& session = sessions_[which];
    if (session.request != 0 && random_() % 4 != 0) look(session);
    // It may be refused or not, which of the two is a matter of time.
    if (session.turn) session.is_certain = false;
    GenerateOptions options =
        turn(1 + static_cast<int64_t>(random_() % 24), random_() % 3 == 0 ? 0.f : 1.f, random_());
    options.stop = {"ab", "cde"};
    options.stream = random_() % 2 == 0;
    options.top_logprobs = static_cast<int32_t>(random_() % 3);
    session.tokens.insert(session.tokens.end(), ids.begin(), ids.end());
    session.turn = options;
    session.request = bench_.start(session.id, ids, options);
    ++requests_;
  }

  void fork(size_t which, const std::vector<int32_t>& ids) {
    Known& session = sessions_[which];
    const bool generates = session.turn.has_value();
    session.tokens.insert(session.tokens.end(), ids.begin(), ids.end());
    session.is_certain = session.is_certain && !generates;
    sessions_.push_back({.id = bench_.sampler->fork(session.id, ids),
                         .tokens = session.tokens,
                         .is_certain = session.is_certain});
  }

  void abort(size_t which) {
    if (sessions_[which].request != 0) bench_.sampler->abort(sessions_[which].request);
  }

  void close(size_t which) {
    bench_.sampler->close(sessions_[which].id);
    sessions_.erase(sessions_.begin() + static_cast<std::ptrdiff_t>(which));
  }

  // Learns what a turn sampled; some are compared with a session that is alone.
  void look(Known& session) {
    if (!session.turn) return;
    const TurnEvent event = bench_.wait(session.request);
    const GenerateOptions options = *std::exchange(session.turn, std::nullopt);
    if (event.reason == FinishReason::kError) {
      CHECK(event.error_code != "ERR_QUERL_NATIVE");
      const bool was_refused = event.error_code == "ERR_QUERL_ARGUMENT" && !session.tokens.empty();
      session.is_certain = session.is_certain && !was_refused;
    }
    CHECK(event.top_ids.size() == event.ids.size() * static_cast<size_t>(options.top_logprobs));
    if (session.is_certain && event.reason <= FinishReason::kWindow && random_() % 4 == 0)
      compare(session, options, event);
    session.tokens.insert(session.tokens.end(), event.ids.begin(), event.ids.end());
  }

  void compare(const Known& session, const GenerateOptions& options, const TurnEvent& event) {
    Bench fresh(model_, {.max_tokens = 4096});
    const TurnEvent alone = fresh.run(fresh.sampler->open(), session.tokens, options);
    REQUIRE(alone.ids == event.ids);
    CHECK(alone.logprobs == event.logprobs);
    CHECK(alone.top_ids == event.top_ids);
    CHECK(alone.top_logprobs == event.top_logprobs);
    CHECK(alone.reason == event.reason);
    ++compared_;
  }

  std::mt19937 random_;
  TinyModel model_;
  Bench bench_;
  std::vector<Known> sessions_;
  uint64_t requests_ = 0;
  int compared_ = 0;
};

TEST_CASE("10 000 random operations end every turn once, leave no page taken and change no token") {
  Soak(1, 1).run(5000);
  Soak(2, 2).run(5000);
}

}  // namespace
}  // namespace querl
