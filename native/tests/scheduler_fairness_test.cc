// Who gets the rows of a pass.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/scheduler_harness.h"

namespace querl {
namespace {

constexpr int64_t kWindow = 4000;

TinyModel long_model() {
  DecoderConfig config = tiny_config();
  config.layers = 1;
  config.max_positions = kWindow;
  return TinyModel(1, config);
}

GenerateOptions streamed_turn(int64_t max_tokens) {
  GenerateOptions options = turn(max_tokens);
  options.stream = true;
  return options;
}

// Passes until `request` has its first token.
int64_t passes_to_first_token(ShardBench& bench, uint64_t request) {
  const int64_t before = bench.scheduler.stats().passes;
  while (bench.streamed.count(request) == 0) {
    REQUIRE(bench.scheduler.has_work());
    bench.scheduler.pass();
    bench.collect();
  }
  return bench.scheduler.stats().passes - before;
}

void start_endless(ShardBench& bench, uint64_t count) {
  for (uint64_t id = 1; id <= count; ++id) {
    bench.open(id);
    bench.generate(id, id, {1, 2, 3}, streamed_turn(3000));
  }
  while (bench.streamed.size() < count) {
    bench.scheduler.pass();
    bench.collect();
  }
}

TEST_CASE("sessions that decode get a token in every pass beside a long prompt") {
  const TinyModel model = long_model();
  ShardBench bench(model, {.pages = 1000, .pass_rows = 16});
  start_endless(bench, 6);
  bench.open(7);
  bench.generate(7, 7, random_ids(300, 1), streamed_turn(2));
  std::map<uint64_t, size_t> before;
  for (const auto& [request, passes] : bench.streamed) before[request] = passes.size();
  const int64_t passes = passes_to_first_token(bench, 7);
  CHECK(passes == 30);  // 10 rows of each pass
  for (const auto& [request, count] : before)
    CHECK(static_cast<int64_t>(bench.streamed[request].size() - count) == passes);
}

TEST_CASE("a prompt is done although sessions that decode could fill every pass") {
  const TinyModel model = long_model();
  ShardBench bench(model, {.pages = 1000, .pass_rows = 6});
  start_endless(bench, 6);
  bench.open(7);
  bench.generate(7, 7, random_ids(300, 1), streamed_turn(2));
  // Its patience, and then half of each pass.
  CHECK(passes_to_first_token(bench, 7) <= Scheduler::kPatience + 300 / 3 + 1);
}

TEST_CASE("a late turn ends although earlier ones could fill every pass until their own end") {
  const TinyModel model = long_model();
  ShardBench bench(model, {.pages = 1000, .pass_rows = 4});
  start_endless(bench, 4);
  bench.open(7);
  bench.generate(7, 7, {5}, streamed_turn(50));
  const int64_t before = bench.scheduler.stats().passes;
  while (bench.finals.count(7) == 0) {
    bench.scheduler.pass();
    bench.collect();
  }
  // Held up once; from then on it has a row of every pass, and the others share what is left.
  CHECK(bench.scheduler.stats().passes - before <= Scheduler::kPatience + 51);
  CHECK(bench.finals.size() == 1);
}

TEST_CASE("a long prompt is not overtaken by short ones that keep coming") {
  const TinyModel model = long_model();
  ShardBench bench(model, {.pages = 1000, .pass_rows = 8});
  bench.open(1);
  bench.generate(1, 1, random_ids(800, 1), streamed_turn(1));
  uint64_t id = 2;
  int64_t passes = 0;
  for (; bench.finals.count(1) == 0; ++passes, ++id) {
    bench.open(id);
    bench.generate(id, id, random_ids(4, 2), turn(2));
    bench.scheduler.pass();
    bench.collect();
  }
  CHECK(passes == 100);
  CHECK(bench.finals.size() == 1);  // they come in the order in which they were asked for
  bench.run();
  CHECK(bench.finals.size() == id - 1);
}

TEST_CASE("a pass never has more rows than its budget, and reaches it while there is work") {
  const TinyModel model;
  for (const int64_t budget : {1, 7, 100}) {
    ShardBench bench(model, {.pages = 1000, .pass_rows = budget});
    for (uint64_t id = 1; id <= 10; ++id) {
      bench.open(id);
      bench.generate(id, id, random_ids(30, static_cast<uint32_t>(id)), turn(1));
    }
    bench.run();
    const SamplerStats stats = bench.scheduler.stats();
    CHECK(stats.prefilled_tokens + stats.sampled_tokens == 300);
    CHECK(stats.passes == (300 + budget - 1) / budget);
  }
}

}  // namespace
}  // namespace querl
