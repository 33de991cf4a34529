// The decoder over tensors against float64, for every flag and storage type, and what the sampler
// may rely on. On the CPU, or on the device that QUERL_TEST_DEVICE names ("cuda:0").
#include "lm/libtorch_tensor_decoder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <tuple>

#include "lm/errors.h"
#include "lm/libtorch_device.h"
#include "tests/random_model.h"
#include "tests/test_device.h"

namespace querl {
namespace {

DecoderConfig small_config() {
  DecoderConfig config;
  config.vocab_size = 77;
  config.hidden_size = 48;
  config.intermediate_size = 56;
  config.layers = 3;
  config.heads = 6;
  config.kv_heads = 2;
  config.head_dim = 32;
  config.max_positions = 160;
  return config;
}

struct Family {
  const char* name;
  std::function<void(DecoderConfig&)> change;
};

const Family kFamilies[] = {
    {"qwen2", [](DecoderConfig&) {}},
    {"qwen2, untied, odd heads",
     [](DecoderConfig& config) {
       config.tied_embeddings = false;
       config.head_dim = 10;
     }},
    {"qwen2, window in the upper layers",
     [](DecoderConfig& config) {
       config.sliding_window = 33;
       config.full_attention_layers = 1;
     }},
    {"qwen3",
     [](DecoderConfig& config) {
       config.qkv_bias = false;
       config.qk_norm = true;
       config.head_dim = 64;
     }},
    {"llama 3",
     [](DecoderConfig& config) {
       config.qkv_bias = false;
       config.tied_embeddings = false;
       config.rope_scaling = {RopeScaling::Kind::kLlama3, 8.f, 1.f, 4.f, 32};
     }},
    {"mistral",
     [](DecoderConfig& config) {
       config.qkv_bias = false;
       config.kv_heads = 1;
       config.sliding_window = 5;
     }},
};

// Logits are a few units large; 16 bits round every activation, by 2^-9 or 2^-12.
double tolerance(FloatType type) {
  return type == FloatType::kFloat32 ? 1e-4 : type == FloatType::kBfloat16 ? 0.5 : 0.06;
}

struct Subject {
  explicit Subject(const DecoderConfig& config, FloatType type = FloatType::kFloat32,
                   bool has_adapter = false)
      : device(test_device()), parameters(config, type, device) {
    randomise(parameters, 9, 0.2f);
    reference.emplace(parameters);
    if (!has_adapter) return;
    const LoraConfig lora{4,
                          8.f,
                          {LoraTarget::kQ, LoraTarget::kK, LoraTarget::kV, LoraTarget::kO,
                           LoraTarget::kGate, LoraTarget::kUp, LoraTarget::kDown},
                          false};
    adapter.emplace(config, lora, device);
    set_adapter(5);
  }

  // Other random numbers for the adapter, in the reference as well.
  void set_adapter(uint32_t seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.f, 0.2f);
    Adapter mine(parameters.config(), adapter->lora());
    for (int64_t i = 0; i < mine.size(); ++i) mine.data()[i] = normal(random);
    adapter->write(0, mine.size(), mine.data());
    parameters.count_change();
    reference.emplace(parameters);
    reference->add(mine);
  }

  TensorDecoder decoder(int64_t max_rows = 64, bool has_adapter = true) const {
    return TensorDecoder(parameters, {.adapter = has_adapter && adapter ? &*adapter : nullptr,
                                      .max_rows = max_rows});
  }

  std::shared_ptr<Device> device;
  Parameters parameters;
  std::optional<Adapter> adapter;
  std::optional<ReferenceDecoder> reference;
};

std::vector<int32_t> random_tokens(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<int32_t> tokens(static_cast<size_t>(count));
  for (int32_t& token : tokens) token = static_cast<int32_t>(random() % 77);
  return tokens;
}

// One session that is put through a decoder in passes of any size, and what it heard of it.
struct Session {
  Session(KvPool& pool, std::vector<int32_t> tokens) : pages(pool), tokens(std::move(tokens)) {}

  RowRequest& add(std::vector<DecodeRow>& rows, int64_t count, bool wants_all = false) {
    REQUIRE(pages.reserve(static_cast<int64_t>(done) + count));
    for (int64_t i = 0; i < count; ++i, ++done) {
      DecodeRow row{tokens[done], static_cast<int32_t>(done), &pages};
      if (wants_all || i + 1 == count) {
        RowRequest& request = requests.emplace_back();
        request.sampling.temperature = 0.f;
        row.request = &request;
      }
      rows.push_back(row);
    }
    return requests.back();
  }
  std::vector<int32_t> seen() const {
    return {tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(done)};
  }

  KvPages pages;
  std::vector<int32_t> tokens;
  size_t done = 0;
  std::deque<RowRequest> requests;
};

std::vector<RowResult> run(Decoder& decoder, const std::vector<DecodeRow>& rows) {
  std::vector<RowResult> results(rows.size());
  decoder.run(rows, results);
  return results;
}

double log_sum(const std::vector<double>& logits) {
  const double most = *std::max_element(logits.begin(), logits.end());
  return most +
         std::log(std::accumulate(logits.begin(), logits.end(), 0., [&](double sum, double logit) {
           return sum + std::exp(logit - most);
         }));
}

// Two sessions of 70 and 45 tokens, prefilled in parts beside each other's decoding.
void check_logits(const Subject& subject, TensorDecoder decoder, double within) {
  KvPool pool(decoder.make_store(8), 8);
  Session one(pool, random_tokens(70, 4)), two(pool, random_tokens(45, 5));
  const int64_t counts[][2] = {{40, 0}, {1, 20}, {1, 24}, {17, 0}, {1, 1}, {10, 0}};
  for (const auto& [of_one, of_two] : counts) {
    std::vector<DecodeRow> rows;
    std::vector<std::vector<float>> logits(2, std::vector<float>(77));
    if (of_one > 0) one.add(rows, of_one).logits = logits[0].data();
    if (of_two > 0) two.add(rows, of_two).logits = logits[1].data();
    const auto results = run(decoder, rows);
    for (const auto& [session, count, index] :
         {std::tuple(&one, of_one, 0), std::tuple(&two, of_two, 1)}) {
      if (count == 0) continue;
      const auto expected = last_logits(*subject.reference, session->seen());
      const auto& own = logits[static_cast<size_t>(index)];
      double worst = 0;
      for (size_t id = 0; id < expected.size(); ++id)
        worst = std::max(worst, std::abs(own[id] - expected[id]));
      CHECK(worst < within);
      // Greedy: the first of the largest, with its log-prob.
      const Sample& sample =
          results[index == 0 ? static_cast<size_t>(of_one) - 1 : rows.size() - 1].sample;
      CHECK(sample.id == std::max_element(own.begin(), own.end()) - own.begin());
      const std::vector<double> wide(own.begin(), own.end());
      CHECK(std::abs(sample.logprob - (own[size_t(sample.id)] - log_sum(wide))) < 1e-5);
    }
  }
}

TEST_CASE("logits over tensors equal the float64 decoder's for every family and storage type") {
  for (const Family& family : kFamilies)
    for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16}) {
      CAPTURE(family.name);
      CAPTURE(float_name(type));
      DecoderConfig config = small_config();
      family.change(config);
      const Subject subject(config, type);
      check_logits(subject, subject.decoder(), tolerance(type));
    }
}

TEST_CASE("an adapter is computed beside the weights, and a step of it is seen at once") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16}) {
    CAPTURE(float_name(type));
    Subject subject(small_config(), type, true);
    TensorDecoder decoder = subject.decoder();
    KvPool pool(decoder.make_store(4), 4);
    for (const uint32_t seed : {5u, 6u}) {
      subject.set_adapter(seed);
      Session session(pool, random_tokens(50, 4));
      std::vector<DecodeRow> rows;
      std::vector<float> logits(77);
      session.add(rows, 50).logits = logits.data();
      run(decoder, rows);
      const auto expected = last_logits(*subject.reference, session.seen());
      for (size_t id = 0; id < 77; ++id)
        REQUIRE(std::abs(logits[id] - expected[id]) < tolerance(type) * 2);
    }
  }
}

TEST_CASE("a decoder without the adapter is the reference policy") {
  Subject subject(small_config(), FloatType::kFloat32, true);
  subject.reference.emplace(subject.parameters);
  check_logits(subject, subject.decoder(64, false), tolerance(FloatType::kFloat32));
}

TEST_CASE("64 greedy tokens of several sessions are those of the float64 decoder") {
  for (const Family& family : kFamilies) {
    CAPTURE(family.name);
    DecoderConfig config = small_config();
    family.change(config);
    const Subject subject(config);
    TensorDecoder decoder = subject.decoder();
    KvPool pool(decoder.make_store(16), 16);
    std::deque<Session> sessions;
    for (const int64_t length : {3, 20, 33}) sessions.emplace_back(pool, random_tokens(length, 7));
    std::vector<DecodeRow> rows;
    for (Session& session : sessions)
      session.add(rows, static_cast<int64_t>(session.tokens.size()));
    for (int step = 0; step < 64; ++step) {
      const auto results = run(decoder, rows);
      size_t session = 0;
      for (size_t i = 0; i < rows.size(); ++i)
        if (rows[i].request != nullptr) sessions[session++].tokens.push_back(results[i].sample.id);
      rows.clear();
      for (Session& each : sessions) each.add(rows, 1);
    }
    for (const Session& session : sessions) {
      // A state depends on the tokens before it alone: one pass tells all.
      const auto states = subject.reference->hidden(session.tokens.data(),
                                                    static_cast<int64_t>(session.tokens.size()));
      for (size_t i = session.tokens.size() - 64; i < session.tokens.size(); ++i) {
        const auto expected = subject.reference->logits(states[i - 1]);
        REQUIRE(session.tokens[i] ==
                std::max_element(expected.begin(), expected.end()) - expected.begin());
      }
    }
  }
}

TEST_CASE("a fork goes on from a copy of the last page, and neither disturbs the other") {
  const Subject subject(small_config());
  TensorDecoder decoder = subject.decoder();
  KvPool pool(decoder.make_store(8), 8);
  Session parent(pool, random_tokens(60, 4));
  std::vector<DecodeRow> rows;
  parent.add(rows, 45);
  run(decoder, rows);
  Session child(pool, parent.tokens);
  REQUIRE(child.pages.fork(parent.pages, 45));
  child.done = 45;
  for (size_t i = 45; i < 60; ++i) child.tokens[i] = (child.tokens[i] + 1) % 77;
  rows.clear();
  std::vector<float> of_parent(77), of_child(77);
  parent.add(rows, 15).logits = of_parent.data();
  child.add(rows, 15).logits = of_child.data();
  run(decoder, rows);
  for (const auto& [session, logits] : {std::pair(&parent, &of_parent), {&child, &of_child}}) {
    const auto expected = last_logits(*subject.reference, session->seen());
    for (size_t id = 0; id < 77; ++id) REQUIRE(std::abs((*logits)[id] - expected[id]) < 1e-4);
  }
}

TEST_CASE("rows have temperatures, bans, targets and top log-probs of their own") {
  const Subject subject(small_config());
  TensorDecoder decoder = subject.decoder();
  KvPool pool(decoder.make_store(8), 8);
  const std::vector<int32_t> tokens = random_tokens(20, 4), banned{2, 40, 76};
  const auto logits = last_logits(*subject.reference, tokens);
  const auto logprob = [&](int32_t id, double temperature, bool bans) {
    std::vector<double> scaled;
    for (size_t i = 0; i < 77; ++i) {
      const bool is_banned =
          bans && std::find(banned.begin(), banned.end(), int32_t(i)) != banned.end();
      scaled.push_back(is_banned ? -1e30 : logits[i] / temperature);
    }
    return scaled[static_cast<size_t>(id)] - log_sum(scaled);
  };
  std::deque<Session> sessions;
  std::vector<DecodeRow> rows;
  for (int i = 0; i < 4; ++i) sessions.emplace_back(pool, tokens).add(rows, 20);
  sessions[0].requests[0].target = 11;
  sessions[0].requests[0].sampling.temperature = 0.7f;
  RowRequest& top = sessions[1].requests[0];
  top.sampling = {.temperature = 1.5f, .banned = banned.data(), .banned_count = 3};
  top.uniform = 0.4;
  top.top_logprobs = 5;
  RowRequest& last = sessions[2].requests[0];
  last.sampling = {.top_k = 1, .banned = banned.data(), .banned_count = 3};
  last.uniform = 0.999;
  // The fourth bans all.
  std::vector<int32_t> all(77);
  std::iota(all.begin(), all.end(), 0);
  sessions[3].requests[0].sampling = {.banned = all.data(), .banned_count = 77};
  const auto results = run(decoder, rows);

  CHECK(results[19].sample.id == 11);
  CHECK(std::abs(results[19].sample.logprob - logprob(11, 0.7f, false)) < 1e-4);
  std::vector<std::pair<double, int32_t>> order;
  for (int32_t id = 0; id < 77; ++id) order.emplace_back(-logprob(id, 1.5, true), id);
  std::sort(order.begin(), order.end());
  REQUIRE(results[39].top.size() == 5);
  for (size_t i = 0; i < 5; ++i) {
    CHECK(results[39].top[i].first == order[i].second);
    CHECK(std::abs(results[39].top[i].second + order[i].first) < 1e-4);
  }
  // The drawn token is the one at which the sum of the probabilities passes the uniform number.
  double sum = 0;
  int32_t drawn = -1;
  while (sum <= 0.4) sum += std::exp(logprob(++drawn, 1.5, true));
  CHECK(results[39].sample.id == drawn);
  CHECK(results[59].sample.id == [&] {
    int32_t best = 0;
    for (int32_t id = 1; id < 77; ++id)
      if (logprob(id, 1, true) > logprob(best, 1, true)) best = id;
    return best;
  }());
  CHECK(results[79].sample.id == -1);
}

TEST_CASE("more rows than a pass takes, all of which are scored, go through in parts") {
  const Subject subject(small_config());
  TensorDecoder small = subject.decoder(8), large = subject.decoder(128);
  const std::vector<int32_t> tokens = random_tokens(100, 4);
  std::vector<std::vector<float>> scores;
  for (TensorDecoder* decoder : {&small, &large}) {
    KvPool pool(decoder->make_store(4), 4);
    Session session(pool, tokens);
    std::vector<DecodeRow> rows;
    session.add(rows, 99, true);
    for (size_t i = 0; i < 99; ++i) session.requests[i].target = tokens[i + 1];
    scores.emplace_back();
    for (const RowResult& result : run(*decoder, rows))
      scores.back().push_back(result.sample.logprob);
  }
  for (const size_t at : {0u, 7u, 8u, 50u, 98u}) {
    const auto logits = last_logits(
        *subject.reference, {tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(at) + 1});
    const double expected = logits[static_cast<size_t>(tokens[at + 1])] - log_sum(logits);
    CHECK(std::abs(scores[0][at] - expected) < 1e-4);
    CHECK(std::abs(scores[1][at] - expected) < 1e-4);
  }
}

TEST_CASE("decoding again and again gives the same bits, captured or not") {
  const Subject subject(small_config(), FloatType::kBfloat16);
  std::vector<std::vector<int32_t>> turns;
  for (const bool graphs : {true, false}) {
    TensorDecoder decoder(subject.parameters, {.max_rows = 64, .graphs = graphs});
    KvPool pool(decoder.make_store(16), 16);
    std::deque<Session> sessions;
    for (int i = 0; i < 5; ++i) sessions.emplace_back(pool, random_tokens(6 + i, 7));
    std::vector<DecodeRow> rows;
    for (Session& session : sessions)
      session.add(rows, static_cast<int64_t>(session.tokens.size()));
    for (int step = 0; step < 20; ++step) {
      const auto results = run(decoder, rows);
      size_t session = 0;
      for (size_t i = 0; i < rows.size(); ++i)
        if (rows[i].request != nullptr) sessions[session++].tokens.push_back(results[i].sample.id);
      rows.clear();
      for (Session& each : sessions) each.add(rows, 1);
    }
    for (const Session& session : sessions) turns.push_back(session.tokens);
    // On the CPU there is nothing to capture.
    CHECK((decoder.graphs() > 0) == (graphs && !subject.device->is_host()));
  }
  for (size_t i = 0; i < 5; ++i) CHECK(turns[i] == turns[i + 5]);
}

TEST_CASE("a device that is not there, or has no such name, is refused") {
  CHECK_THROWS_WITH_AS(open_device("gpu"),
                       "Expected device to be 'cpu', 'cuda' or 'cuda:N', but got 'gpu'.", Error);
  CHECK(open_device("cpu")->is_host());
  if (test_device()->is_host()) {
    CHECK_THROWS_AS(open_device("cuda:0"), Error);
  } else {
    CHECK_THROWS_AS(open_device("cuda:99"), Error);
    const auto device = test_device();
    Parameters parameters(small_config(), FloatType::kBfloat16, device);
    CHECK_THROWS_AS(parameters.data(), Error);
  }
}

}  // namespace
}  // namespace querl
