// The decoder of rows against float64, for every flag, storage type and instruction set, and the
// law that a row's bits depend on its session alone.
#include "lm/decode_rows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>

#include "lm/kv_pages.h"
#include "tests/cases.h"
#include "tests/random_model.h"

namespace querl {
namespace {

// Odd everywhere: no axis is a multiple of a vector, a tile or a panel.
DecoderConfig odd_config() {
  DecoderConfig config;
  config.vocab_size = 77;
  config.hidden_size = 36;
  config.intermediate_size = 50;
  config.layers = 3;
  config.heads = 6;
  config.kv_heads = 2;
  config.head_dim = 10;
  config.max_positions = 128;
  return config;
}

struct Family {
  const char* name;
  std::function<void(DecoderConfig&)> change;
};

const Family kFamilies[] = {
    {"qwen2", [](DecoderConfig&) {}},
    {"qwen2, untied", [](DecoderConfig& config) { config.tied_embeddings = false; }},
    {"qwen2, window in the upper layers",
     [](DecoderConfig& config) {
       config.sliding_window = 33;
       config.full_attention_layers = 1;
     }},
    {"qwen3",
     [](DecoderConfig& config) {
       config.qkv_bias = false;
       config.qk_norm = true;
       config.head_dim = 14;  // not hidden_size / heads
     }},
    {"llama 3",
     [](DecoderConfig& config) {
       config.qkv_bias = false;
       config.tied_embeddings = false;
       config.rope_scaling = {RopeScaling::Kind::kLlama3, 8.f, 1.f, 4.f, 32};
     }},
    {"linear scaling",
     [](DecoderConfig& config) {
       config.qkv_bias = false;
       config.rope_scaling.kind = RopeScaling::Kind::kLinear;
       config.rope_scaling.factor = 2.f;
     }},
    {"mistral",
     [](DecoderConfig& config) {
       config.qkv_bias = false;
       config.tied_embeddings = false;
       config.kv_heads = 1;
       config.sliding_window = 5;
     }},
};

DecoderConfig config_of(const Family& family) {
  DecoderConfig config = odd_config();
  family.change(config);
  return config;
}

struct Way {
  FloatType type;
  Isa isa;
  Bf16Isa bf16;
};

std::string name(const Way& way) {
  return std::string(float_name(way.type)) + " " + isa_name(way.isa) + " " +
         bf16_isa_name(way.bf16);
}

std::vector<Way> ways() {
  std::vector<Way> all;
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16})
    for (const Isa isa : available_isas()) all.push_back({type, isa, Bf16Isa::kConvert});
  for (const Bf16Isa bf16 : {Bf16Isa::kAvx512, Bf16Isa::kAmx})
    if (bf16 <= best_bf16_isa()) all.push_back({FloatType::kBfloat16, Isa::kAvx512, bf16});
  return all;
}

// Logits are a few units large. fp32 is held to what its sums of a few hundred terms lose; 16 bits
// to some times what rounding loses, of keys and values in float16 (2^-12 each), in bfloat16 of all
// activations as well (2^-9): the largest of all differences was 0.017 and 0.31.
double tolerance(FloatType type) {
  if (type == FloatType::kFloat32) return 1e-4;
  return type == FloatType::kBfloat16 ? 0.5 : 0.03;
}

void randomise(Adapter& adapter, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0.f, 0.3f);
  for (int64_t i = 0; i < adapter.size(); ++i) adapter.data()[i] = normal(random);
}

// A model with all that a decoder of it needs.
struct Subject {
  Subject(const DecoderConfig& config, FloatType type, const LoraConfig& lora = {})
      : parameters(config, type) {
    randomise(parameters, 9);
    if (type == FloatType::kFloat32) packed.emplace(parameters);
    if (lora.rank == 0) return;
    adapter.emplace(config, lora);
    randomise(*adapter, 5);
  }

  std::unique_ptr<RowDecoder> decoder(const Way& way, int threads = 1,
                                      bool has_adapter = true) const {
    const RowDecoderOptions options{threads, has_adapter && adapter ? &*adapter : nullptr, way.isa,
                                    way.bf16};
    if (packed) return std::make_unique<RowDecoder>(*packed, options);
    return std::make_unique<RowDecoder>(parameters, options);
  }

  Parameters parameters;
  std::optional<FusedWeights> packed;
  std::optional<Adapter> adapter;
};

std::vector<int32_t> random_tokens(int64_t count, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<int32_t> tokens(static_cast<size_t>(count));
  for (int32_t& token : tokens) token = static_cast<int32_t>(random() % 77);
  return tokens;
}

// One session that is put through a decoder in passes of any size.
class Session {
 public:
  Session(KvPool& pool, std::vector<int32_t> tokens) : pages_(pool), tokens_(std::move(tokens)) {
    REQUIRE(pages_.reserve(static_cast<int64_t>(tokens_.size())));
  }

  // Adds the next `count` rows to a pass; all of them want logits, or only the last.
  void add(std::vector<DecodeRow>& rows, int64_t count, bool wants_all = true) {
    for (int64_t i = 0; i < count; ++i) {
      const size_t at = done_++;
      DecodeRow row{tokens_[at], static_cast<int32_t>(at), &pages_};
      if (wants_all || i + 1 == count) {
        logits[at].resize(77);
        RowRequest& request = requests_.emplace_back();
        request.logits = logits[at].data();
        request.target = tokens_[at];
        row.request = &request;
      }
      rows.push_back(row);
    }
  }

  std::map<size_t, std::vector<float>> logits;  // by position

 private:
  KvPages pages_;
  std::vector<int32_t> tokens_;
  std::deque<RowRequest> requests_;
  size_t done_ = 0;
};

void run(Decoder& decoder, const std::vector<DecodeRow>& rows) {
  std::vector<RowResult> results(rows.size());
  decoder.run(rows, results);
  for (size_t i = 0; i < rows.size(); ++i)
    if (rows[i].request != nullptr) REQUIRE(results[i].sample.id == rows[i].request->target);
}

// 70 tokens: 40 in one pass, of which a few want logits, then some at a time.
std::map<size_t, std::vector<float>> logits_of(Decoder& decoder,
                                               const std::vector<int32_t>& tokens) {
  KvPool pool(decoder.make_store(3), 3);
  Session session(pool, tokens);
  std::vector<DecodeRow> rows;
  for (int i = 0; i < 4; ++i) session.add(rows, 10, false);
  run(decoder, rows);
  for (const int64_t count : {1, 1, 17, 1, 10}) {
    rows.clear();
    session.add(rows, count);
    run(decoder, rows);
  }
  return session.logits;
}

void check_logits(Decoder& decoder, const ReferenceDecoder& reference, double tolerance) {
  const std::vector<int32_t> tokens = random_tokens(70, 4);
  const auto states = reference.hidden(tokens.data(), 70);
  const auto logits = logits_of(decoder, tokens);
  CHECK(logits.size() == 34);
  double worst = 0;
  for (const auto& [position, got] : logits) {
    const std::vector<double> expected = reference.logits(states[position]);
    for (size_t id = 0; id < expected.size(); ++id) {
      REQUIRE(std::isfinite(got[id]));
      worst = std::max(worst, std::abs(got[id] - expected[id]));
    }
  }
  CHECK(worst < tolerance);
}

TEST_CASE("logits equal the float64 decoder's for every family, type and instruction set") {
  for (const Family& family : kFamilies)
    for (const Way& way : ways()) {
      CAPTURE(std::string(family.name));
      CAPTURE(name(way));
      const Subject subject(config_of(family), way.type);
      check_logits(*subject.decoder(way), ReferenceDecoder(subject.parameters),
                   tolerance(way.type));
    }
}

TEST_CASE("an adapter adds its products, and a decoder without it does not") {
  const std::vector<LoraTarget> all{LoraTarget::kQ,   LoraTarget::kK,    LoraTarget::kV,
                                    LoraTarget::kO,   LoraTarget::kGate, LoraTarget::kUp,
                                    LoraTarget::kDown};
  for (const std::vector<LoraTarget>& targets :
       {all, {LoraTarget::kQ, LoraTarget::kV}, {LoraTarget::kUp}, {LoraTarget::kO}})
    for (const Way& way : ways()) {
      CAPTURE(name(way));
      LoraConfig lora;
      lora.rank = 3;
      lora.alpha = 2.f;
      lora.targets = targets;
      const Subject subject(odd_config(), way.type, lora);
      ReferenceDecoder reference(subject.parameters);
      check_logits(*subject.decoder(way, 1, false), reference, tolerance(way.type));
      reference.add(*subject.adapter);
      check_logits(*subject.decoder(way), reference, tolerance(way.type));
    }
}

TEST_CASE("a decoder sees steps of the weights and of the adapter") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16}) {
    const Way way{type, best_isa(), best_bf16_isa()};
    LoraConfig lora;
    lora.rank = 2;
    lora.alpha = 2.f;
    lora.targets = {LoraTarget::kV, LoraTarget::kDown};
    Subject subject(odd_config(), type, lora);
    const auto decoder = subject.decoder(way);
    logits_of(*decoder, random_tokens(70, 4));
    randomise(subject.parameters, 10);  // norms and biases too
    if (subject.packed) subject.packed->repack();
    randomise(*subject.adapter, 11);
    subject.parameters.count_change();
    ReferenceDecoder reference(subject.parameters);
    reference.add(*subject.adapter);
    check_logits(*decoder, reference, tolerance(type));
  }
}

// Three sessions of 40, 60 and 47 tokens, in passes that `cut` makes of what each has left.
using Logits = std::vector<std::map<size_t, std::vector<float>>>;

Logits run_sessions(Decoder& decoder, uint32_t seed) {
  const std::vector<int64_t> lengths{40, 60, 47};
  KvPool pool(decoder.make_store(6), 6);
  std::deque<Session> sessions;
  for (size_t i = 0; i < lengths.size(); ++i)
    sessions.emplace_back(pool, random_tokens(lengths[i], static_cast<uint32_t>(i)));
  std::vector<int64_t> left = lengths;
  std::mt19937 random(seed);
  std::vector<DecodeRow> rows;
  while (left[0] + left[1] + left[2] > 0) {
    rows.clear();
    for (size_t i = 0; i < left.size(); ++i) {
      // 0: everything at once. Others: one by one, whole, or a few.
      int64_t count = left[i];
      if (seed > 0 && random() % 3 > 0)
        count = std::min<int64_t>(count, random() % 2 == 0 ? 1 : random() % 23);
      sessions[i].add(rows, count);
      left[i] -= count;
    }
    if (!rows.empty()) run(decoder, rows);
  }
  Logits logits;
  for (Session& session : sessions) logits.push_back(session.logits);
  return logits;
}

bool same_bits(const Logits& a, const Logits& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].size() != b[i].size()) return false;
    for (const auto& [position, logits] : a[i])
      if (std::memcmp(logits.data(), b[i].at(position).data(), logits.size() * sizeof(float)) != 0)
        return false;
  }
  return true;
}

TEST_CASE("a session's bits do not depend on passes, on other sessions or on the threads") {
  LoraConfig lora;
  lora.rank = 3;
  lora.alpha = 2.f;
  lora.targets = {LoraTarget::kQ, LoraTarget::kV, LoraTarget::kUp};
  DecoderConfig config = odd_config();
  config.sliding_window = 33;
  config.full_attention_layers = 1;
  for (const bool has_adapter : {false, true})
    for (const Way& way : ways()) {
      CAPTURE(name(way));
      CAPTURE(has_adapter);
      const Subject subject(config, way.type, has_adapter ? lora : LoraConfig{});
      const Logits once = run_sessions(*subject.decoder(way), 0);
      for (const int threads : {1, 2, 3}) {
        const auto decoder = subject.decoder(way, threads);
        for (uint32_t seed = 0; seed < 4; ++seed) {
          CAPTURE(threads);
          CAPTURE(seed);
          CHECK(same_bits(run_sessions(*decoder, seed), once));
        }
      }
    }
}

TEST_CASE("a session may be longer than what goes through the layers at a time") {
  DecoderConfig config = odd_config();
  config.max_positions = 700;
  for (const Way& way : {Way{FloatType::kFloat32, best_isa(), best_bf16_isa()},
                         Way{FloatType::kBfloat16, best_isa(), best_bf16_isa()}}) {
    const Subject subject(config, way.type);
    const auto last = [&](int threads, int64_t step) {
      const auto decoder = subject.decoder(way, threads);
      KvPool pool(decoder->make_store(20), 20);
      Session session(pool, random_tokens(600, 8));
      for (int64_t at = 0; at < 600; at += step) {
        std::vector<DecodeRow> rows;
        session.add(rows, step, false);
        run(*decoder, rows);
      }
      return session.logits.at(599);
    };
    const std::vector<float> expected = last(1, 600);
    CHECK(last(2, 600) == expected);
    CHECK(last(2, 200) == expected);
    CHECK(last(1, 1) == expected);
  }
}

}  // namespace
}  // namespace querl
