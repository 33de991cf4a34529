// The kernels of decoding and the decoder of rows, against float64.
#include "lm/decode_rows.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <random>

#include "lm/kv_pages.h"
#include "tests/random_model.h"

namespace querl {
namespace {

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

TEST_CASE("argmax and exponentials equal float64 for every length") {
  std::mt19937 random(3);
  for (const Isa isa : isas())
    for (const int64_t n : {1, 2, 15, 16, 17, 63, 64, 65, 608, 1000, 4099}) {
      CAPTURE(std::string(isa_name(isa)));
      CAPTURE(n);
      const DecodeKernels& kernels = decode_kernels(isa);
      std::vector<float> x = random_floats(static_cast<size_t>(n), random, 4.f);
      if (n > 20) x[7] = x[static_cast<size_t>(n) - 1] = 30.f;  // a tie: the first is meant
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
