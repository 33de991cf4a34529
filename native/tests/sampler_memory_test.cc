// Too few KV pages, and a long random life.
#include <doctest/doctest.h>

#include <shared_mutex>
#include <thread>

#include "tests/sampler_harness.h"

namespace querl {
namespace {

TEST_CASE("a session larger than the budget ends with an error that names the sizes") {
  const TinyModel model;
  Bench bench(model, {.max_tokens = 64});
  const uint64_t session = bench.sampler->open();
  const TurnEvent event = bench.run(session, random_ids(100, 1), turn(5));
  CHECK(event.reason == FinishReason::kError);
  CHECK(event.error_code == "ERR_QUERL_OUT_OF_MEMORY");
  CHECK(
      event.error ==
      "The session's 100 tokens need 4 KV pages of 32 tokens, but its sampler thread has 2. Raise "
      "maxTokens, or use fewer threads.");
  const TurnEvent grown = bench.run(bench.sampler->open(), random_ids(60, 1), turn(50));
  CHECK(grown.error_code == "ERR_QUERL_OUT_OF_MEMORY");
  CHECK(grown.ids.size() == 5);  // the 65th token finds no page
  CHECK(bench.run(bench.sampler->open(), random_ids(50, 1), turn(10)).ids.size() == 10);
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

TEST_CASE("more sessions than pages take turns and generate as with plenty") {
  const TinyModel model;
  std::vector<TurnEvent> expected;
  for (const int64_t budget : {100000, 160, 320}) {
    Bench bench(model, {.max_tokens = budget});
    std::vector<uint64_t> requests;
    std::vector<uint64_t> sessions;
    for (uint32_t i = 0; i < 20; ++i) {
      // Idle sessions that hold pages are in the way, too.
      sessions.push_back(bench.sampler->open());
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
  }
}

TEST_CASE("forks without a free page for their copy still generate as fresh sessions") {
  const TinyModel model;
  const std::vector<int32_t> prompt = random_ids(70, 3);
  Bench roomy(model), narrow(model, {.max_tokens = 96});
  std::vector<std::vector<int32_t>> ids[2];
  for (Bench* bench : {&roomy, &narrow}) {
    const uint64_t parent = bench->sampler->open();
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

// Opens, forks, generates, aborts and closes at random from one thread, with a small budget, while
// another thread takes steps; every turn must end once, and all pages come back.
void soak(uint32_t seed, int threads, int operations) {
  TinyModel model(seed);
  Bench bench(model, {.max_tokens = 1024}, threads);
  std::mt19937 random(seed);
  std::vector<uint64_t> sessions, requests;
  std::map<uint64_t, uint64_t> generating;  // session → its last request
  std::jthread optimiser([&](std::stop_token stop) {
    while (!stop.stop_requested()) {
      {
        const std::unique_lock lock(model.parameters.mutex());
        model.parameters.set_version(model.parameters.version() + 1);
        model.weights->repack();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  for (int i = 0; i < operations; ++i) {
    const auto pick = [&] { return sessions[random() % sessions.size()]; };
    const auto kind = static_cast<uint32_t>(random() % 100);
    const auto ids = random_ids(random() % 40, static_cast<uint32_t>(i));
    if (sessions.empty() || kind < 15) {
      sessions.push_back(bench.sampler->open());
    } else if (kind < 35) {
      sessions.push_back(bench.sampler->fork(pick(), ids));
    } else if (kind < 75) {
      const uint64_t session = pick();
      GenerateOptions options = turn(random() % 30, random() % 3 == 0 ? 0.f : 1.f, random());
      options.stop = {"ab", "cde"};
      options.stream = random() % 2 == 0;
      requests.push_back(bench.start(session, ids, options));
      generating[session] = requests.back();
    } else if (kind < 82 && !requests.empty()) {
      bench.sampler->abort(requests[random() % requests.size()]);
    } else {
      const size_t which = random() % sessions.size();
      bench.sampler->close(sessions[which]);
      sessions.erase(sessions.begin() + static_cast<std::ptrdiff_t>(which));
    }
    if (i % 50 == 49) bench.wait(requests.back());
  }
  for (const uint64_t session : sessions) bench.sampler->close(session);
  for (const uint64_t request : requests) bench.wait(request);
  const SamplerStats stats = bench.settle();
  CHECK(stats.used_pages == 0);
  CHECK(bench.finals() == requests.size());
}

TEST_CASE("thousands of random operations end every turn once and leave no page taken") {
  soak(1, 1, 3000);
  soak(2, 2, 3000);
}

}  // namespace
}  // namespace querl
