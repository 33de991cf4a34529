// The CUDA kernel of sampling, run on the host (emulated_cuda/emulator.h), against a twin that
// sorts the row and adds in float64, and against the CPU's kernel.
#include "kernels/cuda/sample.cuh"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/cuda/bfloat16.cuh"
#include "kernels/philox.h"
#include "kernels/sample_mass.h"
#include "kernels/thread_pool.h"

namespace querl {
namespace {

// Weights are known to about 1e-7 of themselves: nearer to a boundary a draw may be its neighbour.
constexpr double kRounding = 1e-5;

struct Rows {
  int64_t rows, vocab, stride;
  std::vector<float> floats;
  std::vector<Bfloat16> halves;
  std::vector<int64_t> sessions, positions;

  Rows(int64_t rows, int64_t vocab, float spread, unsigned seed, int64_t padding = 0)
      : rows(rows), vocab(vocab), stride(vocab + padding) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0.f, spread);
    for (int64_t i = 0; i < rows * stride; ++i) {
      halves.emplace_back();
      floats.push_back(normal(random));
    }
    for (int64_t b = 0; b < rows; ++b) {
      sessions.push_back(static_cast<int64_t>(random()) << 20);
      positions.push_back(static_cast<int64_t>(random() % 1000));
    }
  }

  void round_to_bfloat16() {
    for (size_t i = 0; i < floats.size(); ++i) {
      narrow(floats[i], halves[i]);
      floats[i] = widened(halves[i]);
    }
  }

  SampleRows view(LogitsType type = LogitsType::kFloat32) const {
    const void* data = type == LogitsType::kFloat32 ? static_cast<const void*>(floats.data())
                                                    : static_cast<const void*>(halves.data());
    return {data, type, rows, vocab, stride, 77, sessions.data(), positions.data()};
  }
  double uniform(int64_t b) const {
    return uniform_at(77, static_cast<uint64_t>(sessions[b]), static_cast<uint64_t>(positions[b]));
  }
};

struct Draws {
  std::vector<int32_t> ids;
  std::vector<float> logprobs;
};

Draws draw(const SampleRows& rows, const SampleOptions& options) {
  Draws out{std::vector<int32_t>(rows.rows, -7), std::vector<float>(rows.rows, 77.f)};
  std::vector<char> workspace(sample_workspace_bytes(rows, options) + 1, '\x7f');
  REQUIRE(sample_cuda(rows, options, out.ids.data(), out.logprobs.data(), workspace.data(),
                      nullptr) == cudaSuccess);
  return out;
}

// A sort, as the header words it. `sure`: the draw and every filter are further from a boundary
// than rounding.
struct Twin {
  int64_t id = -1;
  double logprob = 0;
  bool sure = true;
};

Twin twin_of(const float* logits, int64_t n, const SampleOptions& options, double uniform) {
  std::vector<double> weights(n, 0.);
  const auto is_banned = [&](int64_t id) {
    return std::find(options.banned, options.banned + options.banned_count, id) !=
           options.banned + options.banned_count;
  };
  double max = -INFINITY;
  for (int64_t i = 0; i < n; ++i)
    if (!is_banned(i)) max = std::max(max, static_cast<double>(logits[i]));
  const double temperature = options.temperature == 0 ? 1 : options.temperature;
  std::vector<int64_t> order;
  for (int64_t i = 0; i < n; ++i) {
    if (!is_banned(i)) weights[i] = std::exp((logits[i] - max) / temperature);
    if (weights[i] > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return weights[a] > weights[b]; });
  const double all = std::accumulate(weights.begin(), weights.end(), 0.);
  Twin twin;
  if (options.temperature == 0) {
    twin.id = order[0];
    twin.logprob = -std::log(all);
    return twin;
  }
  if (options.top_k > 0 && static_cast<size_t>(options.top_k) < order.size())
    order.resize(options.top_k);
  double held = 0;
  for (const int64_t i : order) held += weights[i];
  if (options.top_p < 1) {
    double sum = 0;
    size_t kept = 0;
    const double wanted = static_cast<double>(options.top_p) * held;
    while (sum < wanted) {
      sum += weights[order[kept++]];
      twin.sure &= std::abs(sum - wanted) > kRounding * held;
    }
    order.resize(kept);
  }
  while (weights[order.back()] < options.min_p) order.pop_back();
  std::sort(order.begin(), order.end());
  double left = 0, passed = 0;
  for (const int64_t i : order) left += weights[i];
  for (const int64_t i : order) {
    if (twin.id < 0 || std::abs(passed - uniform * left) < kRounding * left)
      twin.sure &= std::abs(passed - uniform * left) > kRounding * left || passed == 0;
    passed += weights[i];
    if (twin.id < 0 && passed > uniform * left) {
      twin.id = i;
      twin.sure &= std::abs(passed - uniform * left) > kRounding * left;
    }
  }
  twin.logprob = std::log(weights[twin.id] / (options.truncated_logprob ? left : all));
  return twin;
}

int64_t checked = 0;

void check(const Rows& rows, const SampleOptions& options, LogitsType type = LogitsType::kFloat32) {
  const Draws drawn = draw(rows.view(type), options);
  Draws cpu{std::vector<int32_t>(rows.rows), std::vector<float>(rows.rows)};
  ThreadPool pool(1);
  sample(rows.view(), options, cpu.ids.data(), cpu.logprobs.data(), pool);
  for (int64_t b = 0; b < rows.rows; ++b) {
    const Twin twin =
        twin_of(rows.floats.data() + b * rows.stride, rows.vocab, options, rows.uniform(b));
    if (!twin.sure) continue;
    ++checked;
    CHECK(drawn.ids[b] == twin.id);
    CHECK(std::abs(drawn.logprobs[b] - twin.logprob) < 1e-5);
    CHECK(drawn.ids[b] == cpu.ids[b]);
    CHECK(std::abs(drawn.logprobs[b] - cpu.logprobs[b]) < 2e-5);
  }
}

TEST_CASE("CUDA sample equals a sort and the CPU under every filter") {
  checked = 0;
  for (const int64_t vocab : {1, 2, 33, 5003}) {
    const Rows rows(3, vocab, 3.f, static_cast<unsigned>(vocab), 5);
    check(rows, {});
    check(rows, {.temperature = .6f});
    check(rows, {.temperature = 0.f});
    check(rows, {.top_p = .9f});
    check(rows, {.top_k = 5});
    check(rows, {.min_p = .1f});
    check(rows, {.temperature = 1.3f, .top_p = .7f, .top_k = 50, .min_p = .01f});
    check(rows, {.top_p = .5f, .top_k = 20, .truncated_logprob = true});
    check(rows, {.top_p = 1e-6f});
  }
  CHECK(checked > 100);  // of 108: the boundaries are thin
}

TEST_CASE("CUDA sample draws a token as often as its probability") {
  Rows rows(1, 7, 1.f, 2);
  rows.rows = 200;
  rows.stride = 0;
  rows.sessions.assign(200, 5);
  rows.positions.resize(200);
  std::iota(rows.positions.begin(), rows.positions.end(), 0);
  const Draws drawn = draw(rows.view(), {});
  std::vector<double> counts(7), logprobs(7);
  for (size_t b = 0; b < 200; ++b) {
    counts[drawn.ids[b]] += 1;
    logprobs[drawn.ids[b]] = drawn.logprobs[b];
  }
  double chi_squared = 0;
  for (int i = 0; i < 7; ++i) {
    const double expected = 200 * std::exp(logprobs[i]);
    chi_squared += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  CHECK(chi_squared < 22.5);  // 6 degrees of freedom: 1 in 1000
}

TEST_CASE("CUDA sample gives ties to the lower ids") {
  Rows rows(8, 300, 1.f, 3);
  for (int64_t b = 0; b < 8; ++b)
    for (int64_t i = 0; i < 300; ++i)
      rows.floats[b * 300 + i] = i % 3 == 1 ? 2.f : i % 3 == 2 ? 1.f : -1.f;
  // 100 tokens of weight 1: the first 7 of them; then half of the mass of those.
  for (const SampleOptions& options : {SampleOptions{.top_k = 7}, SampleOptions{.top_k = 105},
                                       SampleOptions{.top_p = .5f, .top_k = 7}}) {
    check(rows, options);
    const Draws drawn = draw(rows.view(), options);
    for (const int32_t id : drawn.ids)
      CHECK(id <= (options.top_k == 105 ? 298 : options.top_p < 1 ? 10 : 19));
  }
  check(rows, {.top_k = 104, .min_p = .5f});
}

TEST_CASE("CUDA sample reads bfloat16 as it is, at any address") {
  for (const int64_t padding : {0, 1, 3}) {
    Rows rows(4, 901, 4.f, 9, padding);
    rows.round_to_bfloat16();
    check(rows, {.top_p = .95f}, LogitsType::kBfloat16);
    check(rows, {.temperature = .9f, .top_k = 3}, LogitsType::kBfloat16);
  }
}

TEST_CASE("CUDA sample never draws what is banned") {
  const Rows rows(10, 40, 2.f, 4);
  std::vector<int32_t> banned;
  for (int32_t i = 0; i < 40; ++i)
    if (i % 5 != 3) banned.push_back(i);
  for (SampleOptions options : {SampleOptions{}, SampleOptions{.top_p = .8f, .top_k = 4},
                                SampleOptions{.temperature = 0.f}}) {
    options.banned = banned.data();
    options.banned_count = static_cast<int64_t>(banned.size());
    check(rows, options);
    for (const int32_t id : draw(rows.view(), options).ids) CHECK(id % 5 == 3);
  }
}

TEST_CASE("CUDA sample draws nothing from a row that is not finite") {
  Rows rows(6, 50, 1.f, 5);
  rows.floats[0 * 50 + 49] = NAN;
  rows.floats[1 * 50 + 7] = INFINITY;
  for (int64_t i = 0; i < 50; ++i) rows.floats[2 * 50 + i] = -INFINITY;
  for (int64_t i = 1; i < 50; ++i) rows.floats[3 * 50 + i] = -INFINITY;
  rows.floats[4 * 50 + 8] = NAN;  // banned, and it still breaks the row
  const std::vector<int32_t> banned{8};
  for (const float temperature : {0.f, 1.f}) {
    const Draws drawn =
        draw(rows.view(), {.temperature = temperature, .banned = banned.data(), .banned_count = 1});
    for (const int row : {0, 1, 2, 4}) {
      CHECK(drawn.ids[row] == -1);
      CHECK(std::isnan(drawn.logprobs[row]));
    }
    CHECK(drawn.ids[3] == 0);
    CHECK(drawn.logprobs[3] == 0.f);
    CHECK(drawn.ids[5] >= 0);
  }
}

TEST_CASE("CUDA sample: a draw depends on its own row, seed, session and position alone") {
  const Rows rows(5, 333, 2.f, 6);
  const Draws all = draw(rows.view(), {.top_p = .9f});
  for (int64_t b = 0; b < 5; ++b) {
    SampleRows one = rows.view();
    one.logits = rows.floats.data() + b * rows.stride;
    one.rows = 1;
    one.sessions = rows.sessions.data() + b;
    one.positions = rows.positions.data() + b;
    const Draws alone = draw(one, {.top_p = .9f});
    CHECK(alone.ids[0] == all.ids[b]);
    CHECK(alone.logprobs[0] == all.logprobs[b]);
  }
}

TEST_CASE("masses: a share of a total, the least mass that holds a share, and the largest sums") {
  CHECK(mass_unit(1) == uint64_t{1} << 62);
  CHECK(mass_unit(151936) == uint64_t{1} << 44);
  CHECK(mass_unit(int64_t{1} << 31) == uint64_t{1} << 31);
  for (const int64_t vocab :
       {int64_t{1}, int64_t{2}, int64_t{3}, int64_t{151936}, (int64_t{1} << 31) - 1})
    CHECK(mass_unit(vocab) <= (uint64_t{1} << 62) / static_cast<uint64_t>(vocab) * 2);
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const uint64_t total = (random() >> (1 + random() % 60)) + 1, fraction = random() >> 11;
    const double uniform = static_cast<double>(fraction) * 0x1p-53;
    const auto right =
        static_cast<uint64_t>(static_cast<unsigned __int128>(fraction) * total >> 53);
    CHECK(mass_at(uniform, total) == right);
    CHECK(mass_at(uniform, total) < total);
  }
  CHECK(mass_at(1 - 0x1p-53, (uint64_t{1} << 63) - 1) < (uint64_t{1} << 63) - 1);
  CHECK(least_mass(.5, 10) == 5);
  CHECK(least_mass(.51, 10) == 6);
  CHECK(least_mass(1e-9, 10) == 1);
  CHECK(least_mass(1., (uint64_t{1} << 62) - 1) == (uint64_t{1} << 62) - 1);
}

std::vector<DrawnRow> draw_rows(const Rows& rows, const std::vector<RowDraw>& draws,
                                const std::vector<uint32_t>& bans) {
  std::vector<DrawnRow> out(draws.size(), {-7, 77.f});
  RowDraws job;
  job.logits = rows.floats.data();
  job.rows = rows.rows;
  job.vocab = rows.vocab;
  job.stride = rows.stride;
  job.draws = draws.data();
  job.bans = bans.data();
  REQUIRE(draw_rows_cuda(job, out.data(), nullptr) == cudaSuccess);
  return out;
}

TEST_CASE("rows with options of their own draw as a batch of one option does, and score alike") {
  const Rows rows(4, 700, 3.f, 21, 5);
  const std::vector<int32_t> banned{3, 31, 32, 699};
  const SampleOptions options[] = {{.temperature = 0.7f, .top_p = 0.9f},
                                   {.temperature = 0.f},
                                   {.top_k = 7, .banned = banned.data(), .banned_count = 4},
                                   {.temperature = 1.3f, .min_p = 0.02f}};
  // The second row of bans is the one in use; the first bans all.
  std::vector<uint32_t> bans(2 * 22, 0);
  std::fill_n(bans.begin(), 22, ~0u);
  for (const int32_t id : banned) bans[22 + static_cast<size_t>(id / 32)] |= 1u << id % 32;
  std::vector<RowDraw> draws;
  for (int64_t b = 0; b < 4; ++b)
    draws.push_back({rows.uniform(b), options[b].temperature, options[b].top_p, options[b].min_p,
                     options[b].top_k, -1, b == 2 ? 1 : -1});
  const std::vector<DrawnRow> drawn = draw_rows(rows, draws, bans);
  for (size_t b = 0; b < 4; ++b) {
    const Draws expected = draw(rows.view(), options[b]);
    CHECK(drawn[b].id == expected.ids[b]);
    CHECK(drawn[b].logprob == expected.logprobs[b]);
  }
  for (size_t b = 0; b < 4; ++b) draws[b].target = drawn[b].id;
  const std::vector<DrawnRow> scored = draw_rows(rows, draws, bans);
  for (size_t b = 0; b < 4; ++b) {
    CHECK(scored[b].id == drawn[b].id);
    CHECK(scored[b].logprob == drawn[b].logprob);
  }
  draws[2].target = 31;
  CHECK(draw_rows(rows, draws, bans)[2].logprob == -INFINITY);
  draws[0].bans = 0;
  CHECK(draw_rows(rows, draws, bans)[0].id == -1);
}

}  // namespace
}  // namespace querl
