// The kernels of decoding and the decoder of rows, against float64.
#include "lm/decode_rows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "kernels/philox.h"
#include "kernels/sample.h"
#include "lm/kv_pages.h"
#include "tests/random_model.h"

namespace querl {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

// fp32 sums of up to a few hundred terms of magnitude 1.
constexpr double kSumTolerance = 2e-6;

std::vector<Isa> isas() {
  std::vector<Isa> all{Isa::kPortable};
  if (best_isa() != Isa::kPortable) all.push_back(Isa::kAvx2);
  if (best_isa() == Isa::kAvx512) all.push_back(Isa::kAvx512);
  return all;
}

std::vector<float> random_floats(size_t count, std::mt19937& random, float scale = 1.f) {
  std::normal_distribution<float> normal(0.f, scale);
  std::vector<float> floats(count);
  for (float& x : floats) x = normal(random);
  return floats;
}

void check_attention(Isa isa, const PageShape& shape, int64_t tokens) {
  const DecodeKernels& kernels = decode_kernels(isa);
  std::mt19937 random(static_cast<uint32_t>(tokens + shape.head_dim));
  KvPool pool(shape, KvPages::pages_for(tokens));
  KvPages pages(pool);
  REQUIRE(pages.reserve(tokens));
  // What was never written is poison.
  for (int64_t page = 0; page < pages.count(); ++page)
    std::fill_n(pages.data()[page], shape.page_size(), kNan);

  const auto size = static_cast<size_t>(shape.kv_heads * shape.head_dim);
  const int64_t layer = shape.layers - 1;
  std::vector<std::vector<float>> keys, values;
  for (int64_t t = 0; t < tokens; ++t) {
    keys.push_back(random_floats(size, random));
    values.push_back(random_floats(size, random));
    kernels.store_kv(shape, keys.back().data(), values.back().data(), t % kPageTokens,
                     pages.data()[t / kPageTokens] + shape.layer_offset(layer));
  }
  const auto head_dim = static_cast<size_t>(shape.head_dim);
  const std::vector<float> query =
      random_floats(static_cast<size_t>(shape.heads) * head_dim, random);
  std::vector<float> out(query.size(), kNan);
  std::vector<float> scores(static_cast<size_t>(4 * (tokens + kPageTokens)));
  kernels.attend(shape, query.data(), pages.data(), shape.layer_offset(layer), tokens,
                 scores.data(), out.data());

  for (size_t head = 0; head < static_cast<size_t>(shape.heads); ++head) {
    const size_t shared = head / static_cast<size_t>(shape.heads / shape.kv_heads) * head_dim;
    std::vector<double> expected(head_dim, 0);
    double total = 0;
    for (size_t t = 0; t < keys.size(); ++t) {
      double score = 0;
      for (size_t i = 0; i < head_dim; ++i)
        score += double{query[head * head_dim + i]} * keys[t][shared + i];
      const double weight = std::exp(score / std::sqrt(static_cast<double>(head_dim)));
      total += weight;
      for (size_t i = 0; i < head_dim; ++i) expected[i] += weight * values[t][shared + i];
    }
    for (size_t i = 0; i < head_dim; ++i)
      REQUIRE(std::abs(out[head * head_dim + i] - expected[i] / total) < kSumTolerance * 4);
  }
}

TEST_CASE("attention over pages equals float64 for every head size, group and length") {
  for (const Isa isa : isas())
    for (const int64_t head_dim : {2, 6, 16, 18, 32, 36, 64, 80, 128, 256})
      for (const int64_t group : {1, 2, 3, 4, 7})
        for (const int64_t tokens : {1, 31, 32, 33, 70}) {
          CAPTURE(std::string(isa_name(isa)));
          CAPTURE(head_dim);
          CAPTURE(group);
          CAPTURE(tokens);
          check_attention(isa, {2, 2 * group, 2, head_dim}, tokens);
        }
}

TEST_CASE("log-sum-exp, argmax and exponentials equal float64 for every length") {
  std::mt19937 random(3);
  for (const Isa isa : isas())
    for (const int64_t n : {1, 2, 15, 16, 17, 63, 64, 65, 608, 1000, 4099}) {
      CAPTURE(std::string(isa_name(isa)));
      CAPTURE(n);
      const DecodeKernels& kernels = decode_kernels(isa);
      std::vector<float> x = random_floats(static_cast<size_t>(n), random, 4.f);
      if (n > 20) x[7] = x[static_cast<size_t>(n) - 1] = 30.f;  // a tie: the first is meant
      double total = 0;
      for (const float v : x) total += std::exp(double{v});
      CHECK(kernels.log_sum_exp(x.data(), n) == doctest::Approx(std::log(total)).epsilon(1e-6));
      const auto best = std::max_element(x.begin(), x.end());
      CHECK(kernels.argmax(x.data(), n).index == best - x.begin());
      CHECK(kernels.argmax(x.data(), n).value == *best);

      const float top = *best;
      std::vector<float> y = x, sums(static_cast<size_t>(n / kSumBlock + 1));
      const Exponentials sum = kernels.exponentials(y.data(), n, 0.5f, sums.data());
      CHECK(sum.max == top);
      double scaled = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        const double expected = std::exp((double{x[i]} - top) * 0.5);
        scaled += expected;
        REQUIRE(y[i] == doctest::Approx(expected).epsilon(1e-6));
      }
      CHECK(sum.total == doctest::Approx(scaled).epsilon(1e-6));
    }
}

TEST_CASE("Philox gives the known answers of Random123") {
  using Words = std::array<uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  // (0x6627e8d5 << 32 | 0xe169c58d) >> 11, over 2^53.
  CHECK(uniform_at(0, 0) == 0.3990464708489645);
}

TEST_CASE("a NaN or an infinity anywhere, or bans on everything, yield no sample") {
  SampleScratch scratch;
  for (const Isa isa : isas())
    for (const float temperature : {0.f, 1.f})
      for (const float poison : {kNan, kInfinity, -kNan})
        for (size_t place = 0; place < 70; ++place) {
          std::vector<float> logits(70, 1.f);
          logits[place] = poison;
          const SampleOptions options{.temperature = temperature};
          REQUIRE(sample_row(decode_kernels(isa), logits.data(), 70, options, 0.5, scratch).id ==
                  -1);
        }
  std::vector<float> logits(3, 1.f);
  const std::vector<int32_t> banned{0, 1, 2};
  for (const float temperature : {0.f, 1.f}) {
    const SampleOptions options{
        .temperature = temperature, .banned = banned.data(), .banned_count = 3};
    CHECK(sample_row(decode_kernels(), logits.data(), 3, options, 0.5, scratch).id == -1);
  }
}

// The distribution that the options describe, by definition: probabilities, and what is left of
// them.
struct Distribution {
  std::vector<double> all, kept;
};

Distribution define(const std::vector<float>& logits, const SampleOptions& options) {
  Distribution out{std::vector<double>(logits.size()), std::vector<double>(logits.size(), 0)};
  double total = 0;
  for (size_t i = 0; i < logits.size(); ++i) {
    const bool is_banned = std::count(options.banned, options.banned + options.banned_count,
                                      static_cast<int32_t>(i)) > 0;
    out.all[i] = is_banned ? 0 : std::exp(double{logits[i]} / options.temperature);
    total += out.all[i];
  }
  std::vector<size_t> order;
  for (size_t i = 0; i < logits.size(); ++i) {
    out.all[i] /= total;
    if (out.all[i] > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return out.all[a] > out.all[b]; });
  if (options.top_k > 0 && static_cast<size_t>(options.top_k) < order.size())
    order.resize(static_cast<size_t>(options.top_k));
  double mass = 0, passed = 0;
  for (const size_t i : order) mass += out.all[i];
  double kept = 0;
  for (const size_t i : order) {
    if (passed >= options.top_p * mass) break;
    passed += out.all[i];
    kept += out.kept[i] = out.all[i];
  }
  for (double& p : out.kept) p /= kept;
  return out;
}

// 60 000 draws against the definition: every id that must not come does not, and chi-square of the
// rest stays below its mean plus 5 standard deviations (seeds are fixed, so this either holds or
// does not).
void check_distribution(size_t n, SampleOptions options, uint32_t seed) {
  std::mt19937 random(seed);
  const std::vector<float> logits = random_floats(n, random, 1.5f);
  const Distribution expected = define(logits, options);
  constexpr int kDraws = 60000;
  std::vector<int> counts(n, 0);
  SampleScratch scratch;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<float> row = logits;
    const Sample sample = sample_row(decode_kernels(), row.data(), static_cast<int64_t>(n), options,
                                     uniform_at(seed, static_cast<uint64_t>(draw)), scratch);
    const auto id = static_cast<size_t>(sample.id);
    ++counts[id];
    // Two roundings of an exponential, one of a sum.
    REQUIRE(sample.logprob == doctest::Approx(std::log(expected.all[id])).epsilon(1e-5));
  }
  double statistic = 0, cells = -1, rest_count = 0, rest_expected = 0;
  for (size_t i = 0; i < n; ++i) {
    const double mean = expected.kept[i] * kDraws;
    if (expected.kept[i] == 0) REQUIRE(counts[i] == 0);
    if (mean < 10) {  // too few for the approximation: one cell together
      rest_count += counts[i];
      rest_expected += mean;
      continue;
    }
    statistic += (counts[i] - mean) * (counts[i] - mean) / mean;
    ++cells;
  }
  if (rest_expected >= 10) {
    statistic += (rest_count - rest_expected) * (rest_count - rest_expected) / rest_expected;
    ++cells;
  }
  REQUIRE(cells >= 1);
  CHECK(statistic < cells + 5 * std::sqrt(2 * cells));
}

TEST_CASE("draws follow the distribution that temperature, bans, top-k and top-p describe") {
  const std::vector<int32_t> banned{0, 7, 69, 7};
  check_distribution(70, {}, 1);
  check_distribution(608, {.temperature = 0.7f}, 2);
  check_distribution(70, {.banned = banned.data(), .banned_count = 4}, 3);
  check_distribution(70, {.top_k = 5}, 4);
  check_distribution(300, {.top_p = 0.6f}, 5);
  check_distribution(300, {.temperature = 1.3f, .top_p = 0.9f, .top_k = 40}, 6);
  check_distribution(70, {.top_p = 0.95f, .banned = banned.data(), .banned_count = 4}, 7);
}

TEST_CASE("top-k 1 and a tiny top-p take the most likely token, the first of equals") {
  SampleScratch scratch;
  const std::vector<float> logits{0.f, 2.f, 1.f, 2.f};
  for (const SampleOptions& options : {SampleOptions{.top_k = 1}, SampleOptions{.top_p = 1e-6f},
                                       SampleOptions{.temperature = 0.f}})
    for (const double uniform : {0., 0.5, 0.999999}) {
      std::vector<float> row = logits;
      CHECK(sample_row(decode_kernels(), row.data(), 4, options, uniform, scratch).id == 1);
    }
}

TEST_CASE("a uniform number at either end draws a possible token") {
  SampleScratch scratch;
  for (const double uniform : {0., 1 - 0x1p-53}) {
    std::vector<float> row(130, -kInfinity);
    row[3] = 1.f;
    row[100] = 1.f;
    const Sample sample = sample_row(decode_kernels(), row.data(), 130, {}, uniform, scratch);
    CHECK(sample.id == (uniform == 0 ? 3 : 100));
    CHECK(sample.logprob == doctest::Approx(std::log(0.5)));
  }
}

struct Collect : LogitsSink {
  explicit Collect(int64_t size) : size(size) {}
  void logits(size_t row, float* logits) override { rows[row].assign(logits, logits + size); }
  std::map<size_t, std::vector<float>> rows;
  int64_t size;
};

DecoderConfig odd_config(bool tied) {
  DecoderConfig config;
  config.vocab_size = 77;
  config.hidden_size = 36;
  config.intermediate_size = 50;
  config.layers = 3;
  config.heads = 6;
  config.kv_heads = 2;
  config.head_dim = 10;
  config.max_positions = 128;
  config.qkv_bias = tied;
  config.tied_embeddings = tied;
  return config;
}

TEST_CASE("logits equal the float64 decoder's, whatever the passes and the instruction set") {
  for (const bool is_tied : {true, false}) {
    Parameters parameters(odd_config(is_tied));
    randomise(parameters, 9);
    const FusedWeights weights(parameters);
    const ReferenceDecoder reference(parameters);
    std::vector<int32_t> tokens;
    std::mt19937 random(4);
    for (int i = 0; i < 70; ++i) tokens.push_back(static_cast<int32_t>(random() % 77));
    for (const Isa isa : isas()) {
      CAPTURE(std::string(isa_name(isa)));
      RowDecoder decoder(weights, isa);
      KvPool pool(decoder.page_shape(), 3);
      KvPages pages(pool);
      REQUIRE(pages.reserve(70));
      // One pass over 40 tokens, then one by one.
      std::vector<DecodeRow> rows;
      for (int32_t i = 0; i < 40; ++i)
        rows.push_back({tokens[static_cast<size_t>(i)], i, pages.data(), i % 13 == 0});
      Collect collected(77);
      decoder.run(rows, collected);
      CHECK(collected.rows.size() == 4);
      for (int32_t i = 40; i < 70; ++i) {
        const DecodeRow row{tokens[static_cast<size_t>(i)], i, pages.data(), true};
        Collect one(77);
        decoder.run({&row, 1}, one);
        collected.rows[static_cast<size_t>(i)] = one.rows.at(0);
      }
      for (const auto& [position, logits] : collected.rows) {
        const std::vector<int32_t> prefix(
            tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(position) + 1);
        const auto expected = last_logits(reference, prefix);
        for (size_t id = 0; id < expected.size(); ++id)
          REQUIRE(std::abs(logits[id] - expected[id]) < 1e-4);
      }
    }
  }
}

}  // namespace
}  // namespace querl
