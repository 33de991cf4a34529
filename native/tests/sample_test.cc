// Draws from rows of logits: against the distributions that the options define, in float64.
#include "kernels/sample.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "kernels/philox.h"
#include "kernels/thread_pool.h"
#include "tests/cases.h"

namespace querl {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> random_floats(size_t count, std::mt19937& random, float scale = 1.f) {
  std::normal_distribution<float> normal(0.f, scale);
  std::vector<float> floats(count);
  for (float& x : floats) x = normal(random);
  return floats;
}

TEST_CASE("Philox gives the known answers of Random123") {
  using Words = PhiloxCounter;
  CHECK(philox({{0, 0, 0, 0}}, {{0, 0}}) ==
        Words{{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}});
  CHECK(philox({{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}}, {{0xffffffff, 0xffffffff}}) ==
        Words{{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}});
  // The position is the counter's low half, the session its high half, the seed the key.
  const PhiloxCounter pi =
      philox({{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}}, {{0xa4093822, 0x299f31d0}});
  CHECK(pi == Words{{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}});
  CHECK(uniform_at(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88) ==
        double(0xd16cfe0994fdcceb >> 11) * 0x1p-53);
  // (0x6627e8d5 << 32 | 0xe169c58d) >> 11, over 2^53.
  CHECK(uniform_at(0, 0, 0) == 0.3990464708489645);
}

TEST_CASE("a NaN or an infinity anywhere, or bans on everything, yield no sample") {
  SampleScratch scratch;
  for (const Isa isa : available_isas())
    for (const float temperature : {0.f, 1.f})
      for (const float poison : {kNan, kInfinity, -kNan})
        for (size_t place = 0; place < 70; ++place) {
          std::vector<float> logits(70, 1.f);
          logits[place] = poison;
          const SampleOptions options{.temperature = temperature};
          REQUIRE(sample_row(logits.data(), 70, options, 0.5, scratch, isa).id == -1);
        }
  std::vector<float> logits(3, 1.f);
  const std::vector<int32_t> banned{0, 1, 2};
  for (const float temperature : {0.f, 1.f}) {
    const SampleOptions options{
        .temperature = temperature, .banned = banned.data(), .banned_count = 3};
    CHECK(sample_row(logits.data(), 3, options, 0.5, scratch).id == -1);
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
    if (options.top_p < 1 && passed >= options.top_p * mass) break;
    passed += out.all[i];
    if (out.all[i] < options.min_p * out.all[order[0]]) break;
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
  const auto& scored = options.truncated_logprob ? expected.kept : expected.all;
  constexpr int kDraws = 60000;
  std::vector<int> counts(n, 0);
  SampleScratch scratch;
  for (int draw = 0; draw < kDraws; ++draw) {
    std::vector<float> row = logits;
    const Sample sample = sample_row(row.data(), static_cast<int64_t>(n), options,
                                     uniform_at(seed, 0, static_cast<uint64_t>(draw)), scratch);
    const auto id = static_cast<size_t>(sample.id);
    ++counts[id];
    // Two roundings of an exponential, one of a sum.
    REQUIRE(sample.logprob == doctest::Approx(std::log(scored[id])).epsilon(1e-5));
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

TEST_CASE("draws follow the distribution that temperature, bans and the filters describe") {
  const std::vector<int32_t> banned{0, 7, 69, 7};
  check_distribution(70, {}, 1);
  check_distribution(608, {.temperature = 0.7f}, 2);
  check_distribution(70, {.banned = banned.data(), .banned_count = 4}, 3);
  check_distribution(70, {.top_k = 5}, 4);
  check_distribution(300, {.top_p = 0.6f}, 5);
  check_distribution(300, {.temperature = 1.3f, .top_p = 0.9f, .top_k = 40}, 6);
  check_distribution(70, {.top_p = 0.95f, .banned = banned.data(), .banned_count = 4}, 7);
  check_distribution(300, {.min_p = 0.1f}, 8);
  check_distribution(300, {.temperature = 0.8f, .top_p = 0.8f, .top_k = 60, .min_p = 0.05f}, 9);
  check_distribution(70, {.top_p = 0.7f, .truncated_logprob = true}, 10);
}

TEST_CASE("top-k 1 and a tiny top-p take the most likely token, the first of equals") {
  SampleScratch scratch;
  const std::vector<float> logits{0.f, 2.f, 1.f, 2.f};
  for (const SampleOptions& options : {SampleOptions{.top_k = 1}, SampleOptions{.top_p = 1e-6f},
                                       SampleOptions{.temperature = 0.f}})
    for (const double uniform : {0., 0.5, 0.999999}) {
      std::vector<float> row = logits;
      CHECK(sample_row(row.data(), 4, options, uniform, scratch).id == 1);
    }
}

TEST_CASE("a uniform number at either end draws a possible token") {
  SampleScratch scratch;
  for (const double uniform : {0., 1 - 0x1p-53}) {
    std::vector<float> row(130, -kInfinity);
    row[3] = 1.f;
    row[100] = 1.f;
    const Sample sample = sample_row(row.data(), 130, {}, uniform, scratch);
    CHECK(sample.id == (uniform == 0 ? 3 : 100));
    CHECK(sample.logprob == doctest::Approx(std::log(0.5)));
  }
}

// Which ids can be drawn at all: the first draw of every one of many numbers between 0 and 1, ends
// included. Only for rows whose tokens hold at least 1 / kSteps each.
std::vector<int> possible(const std::vector<float>& logits, const SampleOptions& options, Isa isa) {
  constexpr int kSteps = 4000;
  std::vector<int> seen(logits.size(), 0);
  SampleScratch scratch;
  for (int step = 0; step < kSteps; ++step) {
    std::vector<float> row = logits;
    const Sample sample = sample_row(row.data(), static_cast<int64_t>(row.size()), options,
                                     (step + 0.5) / kSteps, scratch, isa);
    seen[static_cast<size_t>(sample.id)] = 1;
  }
  return seen;
}

TEST_CASE("among equals the lower ids stay, on every instruction set") {
  // Ten logits of each of a few values: every cut falls between equals.
  std::vector<float> logits;
  for (int i = 0; i < 70; ++i) logits.push_back(0.25f * static_cast<float>(i * 13 % 7));
  for (const Isa isa : available_isas())
    for (const SampleOptions& options :
         {SampleOptions{.top_k = 1}, SampleOptions{.top_k = 3}, SampleOptions{.top_k = 33},
          SampleOptions{.top_k = 69}, SampleOptions{.top_k = 70}, SampleOptions{.top_k = 700},
          SampleOptions{.top_p = 0.05f}, SampleOptions{.top_p = 0.5f},
          SampleOptions{.top_p = 0.93f}, SampleOptions{.top_p = 0.8f, .top_k = 44},
          SampleOptions{.min_p = 0.4f}, SampleOptions{.top_p = 0.77f, .top_k = 62, .min_p = 0.3f},
          SampleOptions{.min_p = 1.f}}) {
      CAPTURE(std::string(isa_name(isa)));
      CAPTURE(options.top_k);
      CAPTURE(options.top_p);
      CAPTURE(options.min_p);
      const Distribution expected = define(logits, options);
      const std::vector<int> seen = possible(logits, options, isa);
      int wrong = 0;
      for (size_t i = 0; i < logits.size(); ++i) wrong += seen[i] != (expected.kept[i] > 0);
      CHECK(wrong == 0);
    }
}

struct Drawn {
  std::vector<int32_t> ids;
  std::vector<float> logprobs;
  bool operator==(const Drawn&) const = default;
};

Drawn draw(const SampleRows& rows, const SampleOptions& options, int threads) {
  ThreadPool pool(threads);
  const auto count = static_cast<size_t>(rows.rows);
  Drawn drawn{std::vector<int32_t>(count), std::vector<float>(count)};
  sample(rows, options, drawn.ids.data(), drawn.logprobs.data(), pool);
  return drawn;
}

TEST_CASE("a draw depends on its row, seed, session and position, whatever else is drawn") {
  constexpr int64_t kRows = 40, kVocab = 500, kStride = 513;
  std::mt19937 random(5);
  const auto logits = random_floats(kRows * kStride, random, 2.f);
  std::vector<int64_t> sessions, positions;
  for (int64_t b = 0; b < kRows; ++b) {
    sessions.push_back(b * 7 + (int64_t{1} << 40));
    positions.push_back(b % 3);
  }
  const SampleOptions options{.top_p = 0.9f};
  SampleRows rows{.logits = logits.data(),
                  .type = LogitsType::kFloat32,
                  .rows = kRows,
                  .vocab = kVocab,
                  .stride = kStride,
                  .seed = 9,
                  .sessions = sessions.data(),
                  .positions = positions.data()};
  const Drawn whole = draw(rows, options, 1);
  for (const int threads : {2, 5}) CHECK(draw(rows, options, threads) == whole);

  std::vector<size_t> order(kRows);
  std::iota(order.begin(), order.end(), size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  std::vector<float> shuffled;
  std::vector<int64_t> shuffled_sessions, shuffled_positions;
  for (const size_t b : order) {
    const auto first = logits.begin() + static_cast<std::ptrdiff_t>(b * kStride);
    shuffled.insert(shuffled.end(), first, first + kVocab);
    shuffled_sessions.push_back(sessions[b]);
    shuffled_positions.push_back(positions[b]);
  }
  SampleRows other = rows;
  other.logits = shuffled.data();
  other.stride = kVocab;
  other.sessions = shuffled_sessions.data();
  other.positions = shuffled_positions.data();
  const Drawn permuted = draw(other, options, 2);
  for (size_t i = 0; i < order.size(); ++i) {
    CHECK(permuted.ids[i] == whole.ids[order[i]]);
    CHECK(permuted.logprobs[i] == whole.logprobs[order[i]]);
  }

  // Each of the three is heard: of 40 draws, far from all stay the same.
  const auto differing = [&](const SampleRows& changed) {
    const Drawn drawn = draw(changed, options, 1);
    int count = 0;
    for (size_t b = 0; b < kRows; ++b) count += drawn.ids[b] != whole.ids[b];
    return count;
  };
  SampleRows changed = rows;
  changed.seed = 10;
  CHECK(differing(changed) > 20);
  changed = rows;
  changed.sessions = nullptr;
  CHECK(differing(changed) > 20);
  changed = rows;
  changed.positions = nullptr;  // those of every third row were 0 before
  CHECK(differing(changed) > 10);
}

TEST_CASE("bfloat16 logits draw what the same numbers in float32 draw") {
  for (const int64_t vocab : kSizes) {
    if (vocab == 0) continue;
    std::mt19937 random(static_cast<uint32_t>(vocab));
    auto logits = random_floats(static_cast<size_t>(3 * vocab), random, 2.f);
    std::vector<uint16_t> halves;
    for (float& x : logits) {
      halves.push_back(static_cast<uint16_t>(std::bit_cast<uint32_t>(x) >> 16));
      x = std::bit_cast<float>(uint32_t{halves.back()} << 16);
    }
    SampleRows rows{.logits = logits.data(),
                    .type = LogitsType::kFloat32,
                    .rows = 3,
                    .vocab = vocab,
                    .stride = vocab,
                    .seed = 1,
                    .sessions = nullptr,
                    .positions = nullptr};
    const Drawn want = draw(rows, {.top_p = 0.8f}, 1);
    rows.logits = halves.data();
    rows.type = LogitsType::kBfloat16;
    CHECK(draw(rows, {.top_p = 0.8f}, 1) == want);
  }
}

TEST_CASE("a row that is not finite yields -1 and NaN, and the other rows are drawn") {
  std::mt19937 random(1);
  auto logits = random_floats(3 * 100, random);
  logits[150] = kNan;
  const Drawn drawn = draw({.logits = logits.data(),
                            .type = LogitsType::kFloat32,
                            .rows = 3,
                            .vocab = 100,
                            .stride = 100,
                            .seed = 1,
                            .sessions = nullptr,
                            .positions = nullptr},
                           {}, 2);
  CHECK(drawn.ids[0] >= 0);
  CHECK(drawn.ids[1] == -1);
  CHECK(std::isnan(drawn.logprobs[1]));
  CHECK(drawn.ids[2] >= 0);
}

}  // namespace
}  // namespace querl
