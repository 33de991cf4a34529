// Too few KV pages: who waits, who keeps his pages, who computes again, and what is refused.
#include <doctest/doctest.h>

#include <chrono>
#include <shared_mutex>

#include "tests/sampler_harness.h"
#include "tests/scheduler_harness.h"

namespace querl {
namespace {

using std::chrono::milliseconds;

TEST_CASE("a turn that cannot fit the budget is refused with the sizes, and nothing is computed") {
  const TinyModel model;
  Bench bench(model, {.max_tokens = 64});
  const TurnEvent prompt = bench.run(bench.sampler->open(), random_ids(100, 1), turn(5));
  CHECK(prompt.reason == FinishReason::kError);
  CHECK(prompt.error_code == "ERR_QUERL_OUT_OF_MEMORY");
  CHECK(prompt.error ==
        "The session's 100 tokens need 4 KV pages of 32 tokens, but its sampler thread has 2. "
        "Raise the sampler's maxTokens, or use fewer threads.");
  const TurnEvent grown = bench.run(bench.sampler->open(), random_ids(60, 1), turn(50));
  CHECK(grown.error_code == "ERR_QUERL_OUT_OF_MEMORY");
  CHECK(grown.error ==
        "The session's 60 tokens and the 50 that its turn may sample need 4 KV pages of 32 tokens, "
        "but its sampler thread has 2. Raise the sampler's maxTokens, or use fewer threads, or let "
        "the turn sample fewer tokens, or unpin the session.");
  CHECK(grown.ids.empty());
  const SamplerStats stats = bench.sampler->stats();
  CHECK(stats.passes == 0);
  CHECK(stats.used_pages == 0);
  // The last token that a turn samples needs no place.
  CHECK(bench.run(bench.sampler->open(), random_ids(60, 1), turn(5)).ids.size() == 5);
}

TEST_CASE("a session that is not pinned may try, and keeps what it sampled when pages end") {
  const TinyModel model;
  Bench bench(model, {.max_tokens = 64});
  const TurnEvent grown = bench.run(bench.sampler->open(false), random_ids(60, 1), turn(50));
  CHECK(grown.error_code == "ERR_QUERL_OUT_OF_MEMORY");
  CHECK(grown.ids.size() == 5);  // the 65th token finds no page
  CHECK(bench.run(bench.sampler->open(false), random_ids(50, 1), turn(10)).ids.size() == 10);
}

TEST_CASE("forks of a parent larger than the budget end with the same error") {
  const TinyModel model;
  Bench bench(model, {.max_tokens = 64});
  const uint64_t parent = bench.sampler->open();
  const uint64_t child = bench.sampler->fork(parent, random_ids(100, 1));
  const uint64_t request = bench.start(child, {}, turn(5));
  bench.sampler->close(parent);
  CHECK(bench.wait(request).error_code == "ERR_QUERL_OUT_OF_MEMORY");
  bench.sampler->close(child);
  CHECK(bench.settle().used_pages == 0);
}

TEST_CASE("unpinned sessions, more than pages, take turns and generate as with plenty") {
  const TinyModel model;
  std::vector<TurnEvent> expected;
  for (const int64_t budget : {100000, 160, 320}) {
    Bench bench(model, {.max_tokens = budget});
    std::vector<uint64_t> requests;
    std::vector<uint64_t> sessions;
    for (uint32_t i = 0; i < 20; ++i) {
      // Idle sessions that hold pages are in the way, too.
      sessions.push_back(bench.sampler->open(false));
      bench.run(sessions.back(), random_ids(40, i), turn(3, 1.f, i));
    }
    for (uint32_t i = 0; i < 20; ++i)
      requests.push_back(bench.start(sessions[i], random_ids(10 + i, i), turn(70, 1.f, i)));
    for (size_t i = 0; i < requests.size(); ++i) {
      const TurnEvent event = bench.wait(requests[i]);
      if (budget == 100000) {
        expected.push_back(event);
        continue;
      }
      REQUIRE(event.ids == expected[i].ids);
      CHECK(event.logprobs == expected[i].logprobs);
    }
    CHECK((bench.sampler->stats().evictions > 0) == (budget != 100000));
  }
}

TEST_CASE("forks without a free page for their copy still generate as fresh sessions") {
  const TinyModel model;
  const std::vector<int32_t> prompt = random_ids(70, 3);
  Bench roomy(model), narrow(model, {.max_tokens = 96});
  std::vector<std::vector<int32_t>> ids[2];
  for (Bench* bench : {&roomy, &narrow}) {
    const uint64_t parent = bench->sampler->open(false);
    std::vector<uint64_t> requests;
    for (uint64_t seed = 0; seed < 6; ++seed) {
      const uint64_t child =
          bench->sampler->fork(parent, seed == 0 ? prompt : std::vector<int32_t>{});
      requests.push_back(bench->start(child, {}, turn(20, 1.f, seed)));
    }
    for (const uint64_t request : requests)
      ids[bench == &narrow].push_back(bench->wait(request).ids);
  }
  CHECK(ids[0] == ids[1]);
}

TEST_CASE("a pinned session's pages outlast a tool call, whoever comes meanwhile") {
  const TinyModel model;
  for (const bool pinned : {true, false}) {
    CAPTURE(pinned);
    ShardBench bench(model, {.pages = 6});
    bench.open(1, pinned);
    bench.generate(1, 1, random_ids(60, 1), turn(8));
    bench.run();
    // Each of these needs 3 pages.
    for (uint64_t id = 2; id < 12; ++id) {
      bench.open(id, true);
      bench.generate(id, id, random_ids(70, static_cast<uint32_t>(id)), turn(4));
    }
    while (bench.finals.size() < 11) {
      bench.scheduler.pass();
      bench.collect();
      for (const auto& [request, event] : bench.finals)
        if (request > 1) bench.scheduler.close(request);
    }
    const SamplerStats before = bench.scheduler.stats();
    CHECK(before.evictions == (pinned ? 0 : 1));
    bench.generate(1, 12, random_ids(20, 2), turn(4));
    bench.run();
    const SamplerStats after = bench.scheduler.stats();
    // The observation and the turn's last token before it; the row behind them samples.
    CHECK(after.prefilled_tokens - before.prefilled_tokens == (pinned ? 20 : 87));
    CHECK(bench.finals.at(12).ids ==
          bench.alone({random_ids(60, 1), random_ids(20, 2)}, {turn(8), turn(4)}));
  }
}

TEST_CASE("turns wait for pages in the order in which they were asked for") {
  const TinyModel model;
  ShardBench bench(model, {.pages = 7});
  for (uint64_t id = 1; id <= 6; ++id) {
    bench.open(id, true);
    bench.generate(id, id, random_ids(40, static_cast<uint32_t>(id)), turn(50));  // 3 pages each
  }
  bench.scheduler.pass();
  SamplerStats stats = bench.scheduler.stats();
  CHECK(stats.running == 2);
  CHECK(stats.waiting == 4);
  CHECK(stats.waiting_for_pages == 4);
  CHECK(stats.used_pages == 4);
  CHECK(stats.reserved_pages == 2);
  std::vector<uint64_t> order;
  while (order.size() < 6) {
    bench.scheduler.pass();
    bench.collect();
    for (const auto& [request, event] : bench.finals)
      if (std::count(order.begin(), order.end(), request) == 0) {
        CHECK(event.reason == FinishReason::kLength);
        order.push_back(request);
        bench.scheduler.close(request);
      }
  }
  CHECK(order == std::vector<uint64_t>{1, 2, 3, 4, 5, 6});
  stats = bench.scheduler.stats();
  CHECK(stats.evictions == 0);
  CHECK(stats.used_pages == 0);
  CHECK(stats.reserved_pages == 0);
}

TEST_CASE("sessions that hold all pages and all need more go on, the first that asked first") {
  const TinyModel model;
  ShardBench bench(model, {.pages = 6});
  for (uint64_t id = 1; id <= 3; ++id) {
    bench.open(id, true);
    bench.generate(id, id, random_ids(50, static_cast<uint32_t>(id)), turn(10));
    bench.run();
  }
  CHECK(bench.scheduler.stats().used_pages == 6);
  for (uint64_t id = 1; id <= 3; ++id) bench.generate(id, 10 + id, random_ids(30, 9), turn(40));
  // Only the first that ends frees anything, and only once it is closed.
  for (uint64_t id = 1; id <= 3; ++id) {
    while (bench.finals.count(10 + id) == 0) {
      REQUIRE(bench.scheduler.has_work());
      bench.scheduler.pass();
      bench.collect();
    }
    const auto prompt = random_ids(50, static_cast<uint32_t>(id));
    CHECK(bench.finals.at(10 + id).ids ==
          bench.alone({prompt, random_ids(30, 9)}, {turn(10), turn(40)}));
    bench.scheduler.close(id);
  }
  CHECK(bench.scheduler.stats().evictions > 0);
  CHECK(bench.scheduler.stats().used_pages == 0);
}

TEST_CASE("a turn that idle pinned sessions stand in the way of waits for one to make room") {
  const TinyModel model;
  for (const char* way : {"close", "unpin", "abort", "go on"}) {
    CAPTURE(std::string(way));
    ShardBench bench(model, {.pages = 4});
    for (uint64_t id = 1; id <= 2; ++id) {
      bench.open(id, true);
      bench.generate(id, id, random_ids(50, 1), turn(5));
    }
    bench.run();
    bench.open(3, true);
    bench.generate(3, 3, random_ids(50, 2), turn(10));
    bench.scheduler.pass();
    CHECK(!bench.scheduler.has_work());
    CHECK(bench.scheduler.deadline());
    CHECK(bench.scheduler.stats().waiting_for_pages == 1);
    if (way == std::string("close")) bench.scheduler.close(1);
    if (way == std::string("unpin")) bench.scheduler.pin(2, false);
    if (way == std::string("go on")) bench.generate(2, 4, random_ids(30, 2), turn(30));
    if (way == std::string("abort")) {
      bench.scheduler.abort(3);
      bench.collect();
      CHECK(bench.finals.at(3).reason == FinishReason::kAborted);
      CHECK(bench.scheduler.stats().waiting == 0);
      bench.scheduler.pass();
      CHECK(!bench.scheduler.deadline());
      continue;
    }
    bench.run();
    CHECK(bench.finals.at(3).reason == FinishReason::kLength);
    // Who went on waits now for the one that waited longer, which took its pages and keeps them.
    CHECK(bench.scheduler.deadline().has_value() == (way == std::string("go on")));
  }
}

TEST_CASE("a turn that waited in vain fails with the numbers and two ways out") {
  const TinyModel model;
  Bench bench(model, {.max_tokens = 128, .stall_timeout = milliseconds(1)});
  std::vector<uint64_t> idle;
  for (uint32_t i = 0; i < 2; ++i) {
    idle.push_back(bench.sampler->open());
    bench.run(idle.back(), random_ids(50, i), turn(5));
  }
  const uint64_t session = bench.sampler->open();
  const TurnEvent event = bench.run(session, random_ids(50, 3), turn(20));
  CHECK(event.error_code == "ERR_QUERL_OUT_OF_MEMORY");
  CHECK(event.error ==
        "The session's turn needs 3 KV pages of 32 tokens and waited 1 ms for them, but 0 of its "
        "sampler thread's 4 are free and 2 idle sessions, which are pinned, hold the others. Raise "
        "the sampler's maxTokens, dispose of sessions that are done with, or unpin them.");
  CHECK(bench.sampler->stats().waiting == 0);
  // It can be asked for again.
  bench.sampler->pin(idle[0], false);
  bench.sampler->close(idle[1]);
  CHECK(bench.run(session, {}, turn(20)).ids.size() == 20);
}

TEST_CASE(
    "unpinning gives a reservation back at once, and pinning takes one from the next turn on") {
  const TinyModel model;
  ShardBench bench(model, {.pages = 6});
  bench.open(1, true);
  bench.generate(1, 1, random_ids(10, 1), turn(100));  // 4 pages
  bench.scheduler.pass();
  CHECK(bench.scheduler.stats().reserved_pages == 3);
  bench.scheduler.pin(1, false);
  CHECK(bench.scheduler.stats().reserved_pages == 0);
  bench.scheduler.pin(1, true);
  CHECK(bench.scheduler.stats().reserved_pages == 0);
  bench.run();
  CHECK(bench.finals.at(1).ids.size() == 100);
  bench.generate(1, 2, {}, turn(40));
  bench.scheduler.pass();
  CHECK(bench.scheduler.stats().reserved_pages == 1);
  bench.run();
  CHECK(bench.finals.at(2).ids.size() == 40);
}

TEST_CASE("an abort gives pages and reservation back before the next pass") {
  const TinyModel model;
  ShardBench bench(model, {.pages = 20, .pass_rows = 100});
  bench.open(1, true);
  const std::vector<int32_t> prompt = random_ids(70, 1);
  bench.generate(1, 1, prompt, turn(60));
  for (int i = 0; i < 5; ++i) bench.scheduler.pass();
  CHECK(bench.scheduler.stats().used_pages == 3);
  bench.scheduler.abort(1);
  CHECK(bench.scheduler.stats().used_pages == 0);
  CHECK(bench.scheduler.stats().reserved_pages == 0);
  bench.collect();
  const TurnEvent& event = bench.finals.at(1);
  CHECK(event.reason == FinishReason::kAborted);
  CHECK(event.ids.size() == 5);
  bench.generate(1, 2, {}, turn(10));
  bench.run();
  CHECK(bench.finals.at(2).ids == bench.alone({prompt, {}}, {turn(5), turn(10)}));
}

// Runs `during` in the middle of its second pass, on the thread of the shard.
class InterruptedDecoder final : public Decoder {
 public:
  InterruptedDecoder(std::unique_ptr<Decoder> inner, std::function<void()> during)
      : inner_(std::move(inner)), during_(std::move(during)) {}
  int64_t pass_rows() const override { return inner_->pass_rows(); }
  std::unique_ptr<KvStore> make_store(int64_t pages) override { return inner_->make_store(pages); }
  void run(std::span<const DecodeRow> rows, std::span<RowResult> results) override {
    inner_->run(rows, results);
    if (++passes_ == 2) during_();
  }

 private:
  std::unique_ptr<Decoder> inner_;
  std::function<void()> during_;
  int passes_ = 0;
};

TEST_CASE("an abort during a pass takes effect before the next one") {
  const TinyModel model;
  Sampler* sampler = nullptr;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<TurnEvent> ends;
  std::vector<std::unique_ptr<Decoder>> decoders;
  decoders.push_back(
      std::make_unique<InterruptedDecoder>(model.decoder(), [&] { sampler->abort(1); }));
  Sampler own(model.parameters, std::move(decoders), letters(), {},
              [&](std::vector<TurnEvent> events) {
                const std::lock_guard lock(mutex);
                for (TurnEvent& event : events) ends.push_back(std::move(event));
                changed.notify_all();
              });
  sampler = &own;
  const uint64_t session = own.open();
  own.generate(session, 1, random_ids(40, 1), turn(100));
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return !ends.empty(); });
  CHECK(ends[0].reason == FinishReason::kAborted);
  CHECK(ends[0].ids.size() == 2);
  // Published before the listener was called.
  CHECK(own.stats().used_pages == 0);
  CHECK(own.stats().passes == 2);
}

TEST_CASE("an optimiser step between passes is waited for and seen") {
  TinyModel model;
  Bench bench(model);
  GenerateOptions options = turn(140);
  options.stream = true;
  const uint64_t request = bench.start(bench.sampler->open(), random_ids(5, 2), options);
  bench.wait_tokens(request, 1);
  {
    const std::unique_lock lock(model.parameters.mutex());
    model.parameters.set_version(8);
  }
  const TurnEvent event = bench.wait(request);
  CHECK(event.ids.size() == 140);
  CHECK((event.policy_version == 8 || event.policy_version == 7));
  CHECK(bench.run(bench.sampler->open(), {1}, turn(1)).policy_version == 8);
}

}  // namespace
}  // namespace querl
