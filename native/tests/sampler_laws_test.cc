// A session's tokens and log-probs depend on nothing but its tokens, options and weights: bit for
// bit.
#include <doctest/doctest.h>

#include "tests/sampler_harness.h"

namespace querl {
namespace {

void check_same(const TurnEvent& a, const TurnEvent& b) {
  CHECK(a.reason == b.reason);
  REQUIRE(a.ids == b.ids);
  CHECK(a.logprobs == b.logprobs);  // floats compared by their values: equal bits, as none is NaN
}

TurnEvent alone(const TinyModel& model, const std::vector<int32_t>& prompt,
                const GenerateOptions& options) {
  Bench bench(model);
  return bench.run(bench.sampler->open(), prompt, options);
}

// How a model is stored and its passes are run.
struct Way {
  FloatType type;
  int shards, team;
  int64_t batch_tokens;  // of a pass
};

TEST_CASE("a session among fifty others, on any number of threads, generates as alone") {
  const std::vector<int32_t> prompt = random_ids(37, 1);
  for (const Way& way : {Way{FloatType::kFloat32, 1, 1, 0}, Way{FloatType::kFloat32, 3, 1, 0},
                         Way{FloatType::kFloat32, 1, 3, 0}, Way{FloatType::kFloat32, 2, 2, 5},
                         Way{FloatType::kBfloat16, 1, 1, 0}, Way{FloatType::kBfloat16, 1, 3, 19},
                         Way{FloatType::kBfloat16, 2, 1, 1}, Way{FloatType::kFloat16, 1, 2, 0},
                         Way{FloatType::kFloat16, 2, 1, 300}}) {
    CAPTURE(static_cast<int>(way.type));
    CAPTURE(way.shards);
    CAPTURE(way.team);
    CAPTURE(way.batch_tokens);
    const TinyModel model(1, tiny_config(), way.type);
    const TurnEvent expected = alone(model, prompt, turn(60));
    Bench bench(model, {.max_batch_tokens = way.batch_tokens}, way.shards, way.team);
    std::vector<uint64_t> others;
    const auto add = [&](uint32_t seed) {
      others.push_back(bench.start(bench.sampler->open(), random_ids(seed * 7 % 90 + 1, seed),
                                   turn(1 + seed % 50, 1.f, seed)));
    };
    for (uint32_t i = 0; i < 25; ++i) add(i);
    const uint64_t request = bench.start(bench.sampler->open(), prompt, turn(60));
    for (uint32_t i = 25; i < 50; ++i) add(i);
    check_same(bench.wait(request), expected);
    for (const uint64_t other : others) CHECK(bench.wait(other).reason == FinishReason::kLength);
  }
}

TEST_CASE("a prompt cut into chunks by a full pass generates as one alone") {
  const TinyModel model;
  const std::vector<int32_t> prompt = random_ids(150, 2);
  const TurnEvent expected = alone(model, prompt, turn(10));
  Bench bench(model);
  // 12 prompts of 150 tokens do not fit one pass, so some are cut, at different places.
  std::vector<uint64_t> requests;
  for (uint32_t i = 0; i < 12; ++i) {
    bench.start(bench.sampler->open(), random_ids(20 + i * 3, i), turn(30));
    requests.push_back(bench.start(bench.sampler->open(), prompt, turn(10)));
  }
  for (const uint64_t request : requests) check_same(bench.wait(request), expected);
}

TEST_CASE("appending in pieces, with turns between, equals one longer prompt") {
  const TinyModel model;
  Bench bench(model);
  const uint64_t session = bench.sampler->open();
  std::vector<int32_t> all = random_ids(20, 3);
  const auto extend = [&](const std::vector<int32_t>& ids) {
    all.insert(all.end(), ids.begin(), ids.end());
  };
  extend(bench.run(session, all, turn(9)).ids);
  const std::vector<int32_t> observation = random_ids(45, 4);
  extend(observation);
  extend(bench.run(session, observation, turn(7)).ids);
  const TurnEvent last = bench.run(session, {}, turn(30));
  check_same(last, alone(model, all, turn(30)));
}

TEST_CASE("a fork generates as a fresh session, and as its siblings with other seeds do not") {
  const TinyModel model;
  for (const size_t length : {1u, 2u, 32u, 33u, 64u, 70u}) {
    CAPTURE(length);
    const std::vector<int32_t> prompt = random_ids(length, 5);
    Bench bench(model);
    const uint64_t parent = bench.sampler->open();
    std::vector<uint64_t> requests;
    for (uint64_t seed = 0; seed < 8; ++seed) {
      const uint64_t child =
          bench.sampler->fork(parent, seed == 0 ? prompt : std::vector<int32_t>{});
      requests.push_back(bench.start(child, {}, turn(40, 1.f, seed)));
    }
    requests.push_back(bench.start(parent, {}, turn(40, 1.f, 8)));
    bench.sampler->close(parent + 3);  // one sibling leaves
    for (uint64_t seed = 0; seed < 9; ++seed) {
      const TurnEvent event = bench.wait(requests[seed]);
      if (event.reason == FinishReason::kAborted) continue;
      check_same(event, alone(model, prompt, turn(40, 1.f, seed)));
    }
  }
}

TEST_CASE("a fork's fork, and one whose parent is closed at once, generate as fresh ones") {
  const TinyModel model;
  Bench bench(model);
  const std::vector<int32_t> prompt = random_ids(50, 6), more = random_ids(9, 7);
  const uint64_t parent = bench.sampler->open();
  const uint64_t child = bench.sampler->fork(parent, prompt);
  const uint64_t grandchild = bench.sampler->fork(child, more);
  bench.sampler->close(parent);
  bench.sampler->close(child);
  std::vector<int32_t> all = prompt;
  all.insert(all.end(), more.begin(), more.end());
  check_same(bench.run(grandchild, {}, turn(30)), alone(model, all, turn(30)));
  bench.sampler->close(grandchild);
  CHECK(bench.settle().used_pages == 0);
}

TEST_CASE("a session that was forked while generating carries on as if it had not been") {
  const TinyModel model;
  Bench bench(model);
  const std::vector<int32_t> prompt = random_ids(30, 8);
  const uint64_t parent = bench.sampler->open();
  const uint64_t first = bench.start(parent, prompt, turn(60));
  const uint64_t child = bench.sampler->fork(parent, {});
  CHECK(bench.run(child, {}, turn(5)).ids.size() == 5);
  check_same(bench.wait(first), alone(model, prompt, turn(60)));
}

TEST_CASE("the prompt of forks that are asked for together is computed once") {
  const TinyModel model;
  Bench bench(model);
  const uint64_t parent = bench.sampler->open();
  const std::vector<int32_t> prompt = random_ids(100, 9);
  std::vector<uint64_t> requests, sessions{parent};
  for (uint64_t seed = 0; seed < 8; ++seed) {
    sessions.push_back(bench.sampler->fork(parent, seed == 0 ? prompt : std::vector<int32_t>{}));
    requests.push_back(bench.start(sessions.back(), {}, turn(4, 1.f, seed)));
  }
  for (const uint64_t request : requests) bench.wait(request);
  for (const uint64_t session : sessions) bench.sampler->close(session);
  const SamplerStats stats = bench.settle();
  CHECK(stats.prefilled_tokens == 99);  // the last token of each fork is where it starts to sample
  CHECK(stats.sampled_tokens == 32);
}

}  // namespace
}  // namespace querl
