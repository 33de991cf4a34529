// What a turn holds and how it ends. The laws of forking, batching and memory are in
// sampler_laws_test.cc and sampler_memory_test.cc.
#include "lm/sampler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <shared_mutex>

#include "lm/errors.h"
#include "tests/sampler_harness.h"

namespace querl {
namespace {

double log_prob(const std::vector<double>& logits, int32_t id, double temperature,
                const std::vector<int32_t>& banned) {
  double total = 0;
  for (size_t i = 0; i < logits.size(); ++i)
    if (std::count(banned.begin(), banned.end(), static_cast<int32_t>(i)) == 0)
      total += std::exp(logits[i] / temperature);
  return logits[static_cast<size_t>(id)] / temperature - std::log(total);
}

TEST_CASE("greedy tokens equal those of the float64 decoder, across page borders") {
  const TinyModel model;
  const ReferenceDecoder reference(model.parameters);
  Bench bench(model);
  for (const size_t length : {1u, 31u, 32u, 33u, 60u}) {
    CAPTURE(length);
    std::vector<int32_t> tokens = random_ids(length, static_cast<uint32_t>(length));
    const TurnEvent event = bench.run(bench.sampler->open(), tokens, turn(40, 0.f));
    REQUIRE(event.reason == FinishReason::kLength);
    REQUIRE(event.ids.size() == 40);
    CHECK(event.policy_version == 7);
    for (size_t i = 0; i < event.ids.size(); ++i) {
      const auto logits = last_logits(reference, tokens);
      REQUIRE(event.ids[i] == std::max_element(logits.begin(), logits.end()) - logits.begin());
      REQUIRE(std::abs(event.logprobs[i] - log_prob(logits, event.ids[i], 1, {})) < 1e-4);
      tokens.push_back(event.ids[i]);
    }
  }
}

TEST_CASE("log-probs are the reference's under temperature and bans, before the filters") {
  const TinyModel model;
  const ReferenceDecoder reference(model.parameters);
  Bench bench(model);
  GenerateOptions options = turn(30, 0.8f);
  options.banned = {3, 4, 50};
  options.top_k = 20;
  options.top_p = 0.9f;
  options.min_p = 0.01f;
  std::vector<int32_t> tokens = random_ids(20, 2);
  const TurnEvent event = bench.run(bench.sampler->open(), tokens, options);
  for (size_t i = 0; i < event.ids.size(); ++i) {
    CHECK(std::count(options.banned.begin(), options.banned.end(), event.ids[i]) == 0);
    const double expected =
        log_prob(last_logits(reference, tokens), event.ids[i], 0.8f, options.banned);
    REQUIRE(std::abs(event.logprobs[i] - expected) < 1e-4);
    tokens.push_back(event.ids[i]);
  }
}

TEST_CASE("a turn ends with the token that completes a stop string over two tokens") {
  const TinyModel model;
  const TokenBytes bytes = letters();
  Bench bench(model);
  const std::vector<int32_t> prompt = random_ids(10, 3);
  const TurnEvent free = bench.run(bench.sampler->open(), prompt, turn(30));
  // The last byte of token 10 and the first of token 11: is it their first occurrence?
  std::string text;
  for (const int32_t id : free.ids) text += bytes.bytes.substr(static_cast<size_t>(id) * 2, 2);
  const std::string stop = text.substr(19, 4);
  const size_t end = text.find(stop) + stop.size();

  GenerateOptions options = turn(30);
  options.stop = {"zzz", stop};
  const TurnEvent stopped = bench.run(bench.sampler->open(), prompt, options);
  CHECK(stopped.reason == FinishReason::kStop);
  CHECK(stopped.stop_index == 1);
  REQUIRE(stopped.ids.size() == (end + 1) / 2);
  CHECK(std::equal(stopped.ids.begin(), stopped.ids.end(), free.ids.begin()));
}

TEST_CASE("a stop string does not match across turns or in the prompt") {
  const TinyModel model;
  Bench bench(model);
  GenerateOptions options = turn(1, 0.f);
  const std::vector<int32_t> prompt = random_ids(10, 4);
  const uint64_t session = bench.sampler->open();
  const TurnEvent first = bench.run(session, prompt, options);
  const TurnEvent second = bench.run(session, {}, options);
  const TokenBytes bytes = letters();
  const uint64_t twin = bench.sampler->open();
  options.stop = {bytes.bytes.substr(static_cast<size_t>(first.ids[0]) * 2, 2) +
                  bytes.bytes.substr(static_cast<size_t>(second.ids[0]) * 2, 2)};
  CHECK(bench.run(twin, prompt, options).reason == FinishReason::kLength);
  CHECK(bench.run(twin, {}, options).reason == FinishReason::kLength);
}

TEST_CASE("a stop id ends the turn and is kept") {
  const TinyModel model;
  Bench bench(model);
  const std::vector<int32_t> prompt = random_ids(10, 5);
  const TurnEvent free = bench.run(bench.sampler->open(), prompt, turn(20));
  GenerateOptions options = turn(20);
  options.stop_ids = {-0, free.ids[6]};
  const TurnEvent stopped = bench.run(bench.sampler->open(), prompt, options);
  const auto first = std::find_if(free.ids.begin(), free.ids.end(), [&](int32_t id) {
    return id == options.stop_ids[0] || id == options.stop_ids[1];
  });
  CHECK(stopped.reason == FinishReason::kStopId);
  CHECK(stopped.ids.back() == *first);
  CHECK(options.stop_ids[static_cast<size_t>(stopped.stop_index)] == *first);
  CHECK(stopped.ids.size() == static_cast<size_t>(first - free.ids.begin()) + 1);
}

TEST_CASE("the window ends a turn, and a prompt that fills it is an error with both sizes") {
  const TinyModel model;
  Bench bench(model);
  const TurnEvent full = bench.run(bench.sampler->open(), random_ids(150, 6), turn(100));
  CHECK(full.reason == FinishReason::kWindow);
  CHECK(full.ids.size() == 10);
  CHECK(bench.run(bench.sampler->open(), random_ids(159, 6), turn(100)).ids.size() == 1);
  for (const size_t length : {160u, 500u}) {
    const uint64_t session = bench.sampler->open();
    const uint64_t child = bench.sampler->fork(session, random_ids(length, 6));
    for (const uint64_t each : {session, child}) {
      const TurnEvent event = bench.run(each, {}, turn(5));
      CHECK(event.reason == FinishReason::kError);
      CHECK(event.error_code == "ERR_QUERL_WINDOW");
      CHECK(event.error.find(std::to_string(length)) != std::string::npos);
      CHECK(event.error.find("160") != std::string::npos);
    }
  }
}

TEST_CASE("weights with a NaN end the turn as diverged and leave the session usable") {
  TinyModel model;
  const int64_t place = model.parameters.layout().final_norm();
  const float before = model.parameters.data()[place];
  Bench bench(model);
  const uint64_t session = bench.sampler->open(), twin = bench.sampler->open();
  const auto set = [&](float value) {
    const std::unique_lock lock(model.parameters.mutex());
    model.parameters.data()[place] = value;
    model.weights->repack();
  };
  set(std::numeric_limits<float>::quiet_NaN());
  for (const float temperature : {1.f, 0.f}) {
    const TurnEvent event = bench.run(session, random_ids(5, 7), turn(5, temperature));
    CHECK(event.reason == FinishReason::kError);
    CHECK(event.error_code == "ERR_QUERL_DIVERGED");
    CHECK(event.ids.empty());
  }
  set(before);
  std::vector<int32_t> both = random_ids(5, 7);
  both.insert(both.end(), both.begin(), both.begin() + 5);
  CHECK(bench.run(session, {}, turn(5)).ids == bench.run(twin, both, turn(5)).ids);
}

TEST_CASE("streamed tokens come in order and add up to the turn") {
  const TinyModel model;
  Bench bench(model);
  GenerateOptions options = turn(50);
  options.stream = true;
  const uint64_t request = bench.start(bench.sampler->open(), random_ids(9, 8), options);
  const TurnEvent event = bench.wait(request);
  CHECK(event.ids.size() == 50);
  CHECK(bench.wait_tokens(request, 50) == event.ids);
}

TEST_CASE("an aborted turn reports its tokens, and its session goes on from them") {
  const TinyModel model;
  Bench bench(model);
  GenerateOptions options = turn(140);
  options.stream = true;
  const std::vector<int32_t> prompt = random_ids(9, 9);
  const uint64_t session = bench.sampler->open();
  const uint64_t request = bench.start(session, prompt, options);
  bench.wait_tokens(request, 5);
  bench.sampler->abort(request);
  const TurnEvent event = bench.wait(request);
  if (event.reason != FinishReason::kAborted) return;  // it was faster than the abort
  CHECK(event.ids.size() >= 5);
  std::vector<int32_t> all = prompt;
  all.insert(all.end(), event.ids.begin(), event.ids.end());
  CHECK(bench.run(session, {}, turn(10)).ids ==
        bench.run(bench.sampler->open(), all, turn(10)).ids);
}

TEST_CASE("closing a session aborts its turn and frees its pages") {
  const TinyModel model;
  Bench bench(model);
  const uint64_t session = bench.sampler->open();
  const uint64_t request = bench.start(session, random_ids(40, 10), turn(110));
  bench.sampler->close(session);
  bench.sampler->close(session);
  const TurnEvent event = bench.wait(request);
  CHECK((event.reason == FinishReason::kAborted || event.reason == FinishReason::kLength));
  CHECK(bench.settle().used_pages == 0);
  CHECK_THROWS_WITH_AS(bench.start(session, {}, turn(1)), "The session is closed.", Error);
  CHECK_THROWS_AS(bench.sampler->fork(session, {}), Error);
}

TEST_CASE("destroying the sampler ends every turn once") {
  const TinyModel model;
  Bench bench(model, {}, 2);
  for (uint32_t i = 0; i < 40; ++i)
    bench.start(bench.sampler->open(), random_ids(30, i), turn(120));
  bench.sampler.reset();
  CHECK(bench.finals() == 40);
}

TEST_CASE("wrong use is refused with the value at fault") {
  const TinyModel model;
  Bench bench(model);
  const uint64_t session = bench.sampler->open();
  CHECK_THROWS_WITH_AS(bench.start(session, {90}, turn(1)),
                       "Expected token ids to be below 90, but got 90.", Error);
  CHECK_THROWS_AS(bench.start(session, {-1}, turn(1)), Error);
  CHECK_THROWS_AS(bench.start(session, {1}, turn(1, -1.f)), Error);
  CHECK_THROWS_AS(bench.start(session, {1}, turn(1, std::nanf(""))), Error);
  GenerateOptions options = turn(1);
  options.top_p = 0;
  CHECK_THROWS_AS(bench.start(session, {1}, options), Error);
  CHECK_THROWS_AS(Bench(model, {}, 0), Error);
  CHECK_THROWS_AS(Bench(model, {.max_tokens = 100}, 4), Error);

  CHECK(bench.run(session, {}, turn(1)).error_code == "ERR_QUERL_ARGUMENT");
  CHECK(bench.run(session, {1}, turn(0)).reason == FinishReason::kLength);
  std::unique_lock held(model.parameters.mutex());  // so that the first turn can not end before
  const uint64_t first = bench.start(session, {1, 2}, turn(140));
  const uint64_t second = bench.start(session, {1, 2}, turn(2));
  held.unlock();
  CHECK(bench.wait(second).error_code == "ERR_QUERL_ARGUMENT");
  CHECK(bench.wait(first).ids.size() == 140);
}

}  // namespace
}  // namespace querl
