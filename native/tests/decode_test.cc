// The kernels of decoding and the decoder of rows, against float64.
#include "lm/decode_rows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <random>

#include "lm/kv_pages.h"
#include "tests/random_model.h"

namespace querl {
namespace {

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
  // What was never written is poison.
  std::vector<std::vector<float>> memory(
      static_cast<size_t>(KvPages::pages_for(tokens)),
      std::vector<float>(static_cast<size_t>(shape.page_size()), kNan));
  std::vector<float*> pages;
  for (std::vector<float>& page : memory) pages.push_back(page.data());

  const auto size = static_cast<size_t>(shape.kv_heads * shape.head_dim);
  const int64_t layer = shape.layers - 1;
  std::vector<std::vector<float>> keys, values;
  for (int64_t t = 0; t < tokens; ++t) {
    keys.push_back(random_floats(size, random));
    values.push_back(random_floats(size, random));
    kernels.store_kv(shape, keys.back().data(), values.back().data(), t % kPageTokens,
                     pages[static_cast<size_t>(t / kPageTokens)] + shape.layer_offset(layer));
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
      KvPool pool(decoder.make_store(3), 3);
      KvPages pages(pool);
      REQUIRE(pages.reserve(70));
      std::map<size_t, std::vector<float>> collected;
      std::deque<RowRequest> requests;
      const auto row_at = [&](int32_t position, bool wants_logits) {
        const auto at = static_cast<size_t>(position);
        DecodeRow row{tokens[at], position, &pages};
        if (!wants_logits) return row;
        collected[at].resize(77);
        requests.emplace_back().logits = collected[at].data();
        row.request = &requests.back();
        return row;
      };
      // One pass over 40 tokens, then one by one.
      std::vector<DecodeRow> rows;
      for (int32_t i = 0; i < 40; ++i) rows.push_back(row_at(i, i % 13 == 0));
      std::vector<RowResult> results(rows.size());
      decoder.run(rows, results);
      CHECK(collected.size() == 4);
      for (int32_t i = 40; i < 70; ++i) {
        const DecodeRow row = row_at(i, true);
        decoder.run({&row, 1}, {results.data(), 1});
      }
      for (const auto& [position, logits] : collected) {
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
