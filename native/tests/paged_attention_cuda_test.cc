// The CUDA kernels of paged attention, run on the host (emulated_cuda/emulator.h), and the CPU's
// plain ones, against float64.
#include "kernels/cuda/paged_attention.cuh"

#include <doctest/doctest.h>

#include "kernels/cuda/paged_attention_parts.cuh"
#include "kernels/thread_pool.h"
#include "tests/paged_cache.h"

namespace querl {
namespace {

// fp32 sums; 16-bit outputs are rounded, and so are the weights that meet the values: 2^-9 each of
// numbers of 1, and averages of 2^-9 errors.
double tolerance_of(FloatType type) {
  return type == FloatType::kFloat32 ? 3e-6 : type == FloatType::kFloat16 ? 2e-3 : 1.2e-2;
}

struct Queries {
  std::vector<int32_t> sessions, lengths;
};

std::vector<double> attention_twin(const PagedCache& cache, const Stored& q, int64_t q_stride,
                                   const Queries& queries, int64_t window, double scale) {
  std::vector<double> out;
  for (size_t row = 0; row < queries.lengths.size(); ++row)
    for (int64_t head = 0; head < cache.heads; ++head) {
      std::vector<double> sum(static_cast<size_t>(cache.head_dim), 0.);
      double total = 0;
      const int64_t kv_head = head * cache.kv_heads / cache.heads, session = queries.sessions[row];
      for (int64_t t = 0; t < queries.lengths[row]; ++t) {
        if (window > 0 && t + window < queries.lengths[row]) continue;
        double score = 0;
        for (int64_t i = 0; i < cache.head_dim; ++i)
          score += double{q.at(static_cast<int64_t>(row) * q_stride + head * cache.head_dim + i)} *
                   cache.kv.at(cache.place(session, t, kv_head, i, false));
        const double weight = std::exp(scale * score);
        total += weight;
        for (int64_t i = 0; i < cache.head_dim; ++i)
          sum[static_cast<size_t>(i)] +=
              weight * cache.kv.at(cache.place(session, t, kv_head, i, true));
      }
      for (const double x : sum) out.push_back(total > 0 ? x / total : 0.);
    }
  return out;
}

// Checks both kernels on rows of the given lengths, and rows that end earlier.
void check(PagedCache& cache, const Queries& queries, int64_t window, int64_t max_length) {
  const auto rows = static_cast<int64_t>(queries.lengths.size());
  const int64_t size = cache.heads * cache.head_dim, q_stride = size + 24;
  Stored q(cache.kv.type, rows * q_stride);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = 0; i < size; ++i) q.set(row * q_stride + i, cache.normal());
  const auto scale = static_cast<float>(1 / std::sqrt(static_cast<double>(cache.head_dim)));
  const auto expected = attention_twin(cache, q, q_stride, queries, window, double{scale});
  for (const bool on_device : {true, false}) {
    CAPTURE(on_device);
    Stored out(cache.kv.type, rows * size, 77.f);
    const PagedAttention job{.kv = cache.view(),
                             .q = q.bytes.data(),
                             .q_stride = q_stride,
                             .rows = rows,
                             .heads = cache.heads,
                             .sessions = queries.sessions.data(),
                             .lengths = queries.lengths.data(),
                             .max_length = max_length,
                             .window = window,
                             .scale = scale,
                             .out = out.bytes.data()};
    if (on_device) {
      std::vector<char> workspace(paged_attention_workspace_bytes(job) + 1, '\xff');
      REQUIRE(paged_attention_cuda(job, workspace.data(), nullptr) == cudaSuccess);
    } else {
      ThreadPool pool(2);
      paged_attention(job, pool);
    }
    double worst = 0;
    for (size_t i = 0; i < expected.size(); ++i) {
      const double error = std::abs(out.at(static_cast<int64_t>(i)) - expected[i]);
      worst = std::isfinite(error) ? std::max(worst, error) : INFINITY;
    }
    CHECK(worst < tolerance_of(cache.kv.type));
  }
}

TEST_CASE("paged attention equals float64 for every type, head size, group and length") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16})
    for (const int64_t head_dim : {10, 32, 64, 128})
      for (const int64_t group : {1, 7, 20}) {
        if (head_dim != 32 && group == 20) continue;
        CAPTURE(float_name(type));
        CAPTURE(head_dim);
        CAPTURE(group);
        PagedCache cache(type, 2 * group, 2, head_dim, {1, 33, 70}, 5);
        cache.fill();
        check(cache, {{0, 1, 2, 2}, {1, 33, 70, 64}}, 0, 70);
      }
}

TEST_CASE("a long context is cut, and a row that is shorter than others has fewer parts") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16}) {
    CAPTURE(float_name(type));
    PagedCache cache(type, 4, 2, 32, {600, 256, 9}, 6);
    cache.fill();
    check(cache, {{0, 1, 2, 0}, {600, 256, 9, 257}}, 0, 600);
    // Room for more than there is, as a captured graph has it.
    check(cache, {{0, 1}, {600, 256}}, 0, 4096);
  }
}

TEST_CASE("a window cuts off the tokens before it, wherever in a page it begins") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kFloat16})
    for (const int64_t window : {1, 31, 64, 300}) {
      CAPTURE(window);
      PagedCache cache(type, 2, 1, 64, {330, 40}, 7);
      cache.fill();
      check(cache, {{0, 0, 0, 1}, {330, 329, 290, 40}}, window, 330);
    }
}

TEST_CASE("a row without tokens, as buckets are filled up with, is zero") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16})
    for (const int64_t max_length : {32, 600}) {
      PagedCache cache(type, 2, 1, 32, {20}, 8);
      cache.fill();
      check(cache, {{0, -1}, {20, 0}}, 0, max_length);
    }
}

TEST_CASE("a row has the same bits whatever room there is and whatever stands beside it") {
  PagedCache cache(FloatType::kBfloat16, 4, 2, 64, {500, 40}, 9);
  cache.fill();
  const int64_t size = 4 * 64;
  Stored q(FloatType::kBfloat16, 2 * size);
  for (int64_t i = 0; i < 2 * size; ++i) q.set(i, cache.normal());
  const auto run = [&](int64_t rows, int64_t max_length) {
    const std::vector<int32_t> sessions{0, 1}, lengths{500, 40};
    Stored out(FloatType::kBfloat16, rows * size, 77.f);
    const PagedAttention job{.kv = cache.view(),
                             .q = q.bytes.data(),
                             .q_stride = size,
                             .rows = rows,
                             .heads = 4,
                             .sessions = sessions.data(),
                             .lengths = lengths.data(),
                             .max_length = max_length,
                             .scale = 0.125f,
                             .out = out.bytes.data()};
    std::vector<char> workspace(paged_attention_workspace_bytes(job) + 1, '\xff');
    REQUIRE(paged_attention_cuda(job, workspace.data(), nullptr) == cudaSuccess);
    out.bytes.resize(static_cast<size_t>(size * 2));
    return out.bytes;
  };
  CHECK(run(1, 500) == run(2, 500));
  CHECK(run(1, 500) == run(1, 2000));
}

TEST_CASE("the number of parts covers every place where a window may begin") {
  for (const int64_t window : {0, 1, 32, 33, 255, 256, 300, 1000})
    for (int64_t length = 1; length < 1500; ++length) {
      int first_page, first_token;
      const int used = row_parts(static_cast<int>(length), window, first_page, first_token);
      REQUIRE(used >= 1);
      REQUIRE(used <= paged_attention_parts(length, window));
    }
}

struct StoreCase {
  PagedCache cache;
  Stored qkv, q_norm, k_norm;
  std::vector<float> cos, sin;
  std::vector<int32_t> sessions{1, 0, -1, 1}, positions{33, 0, 5, 34};

  StoreCase(FloatType type, int64_t head_dim)
      : cache(type, 4, 2, head_dim, {8, 40}, 11),
        qkv(type, 4 * (8 * head_dim + 8)),
        q_norm(type, head_dim),
        k_norm(type, head_dim) {
    for (int64_t row = 0; row < 4; ++row)
      for (int64_t i = 0; i < 8 * head_dim; ++i) qkv.set(row * stride() + i, cache.normal());
    for (int64_t i = 0; i < head_dim; ++i) {
      q_norm.set(i, 1.f + cache.normal(0.2f));
      k_norm.set(i, 1.f + cache.normal(0.2f));
    }
    for (int64_t position = 0; position < 64; ++position)
      for (int64_t i = 0; i < head_dim / 2; ++i) {
        const double angle = double(position) * std::pow(100., -2. * double(i) / double(head_dim));
        cos.push_back(static_cast<float>(std::cos(angle)));
        sin.push_back(static_cast<float>(std::sin(angle)));
      }
  }
  int64_t stride() const { return 8 * cache.head_dim + 8; }
  StoreKv job(Stored& numbers, bool norms) {
    return {.kv = cache.view(),
            .qkv = numbers.bytes.data(),
            .qkv_stride = stride(),
            .rows = 4,
            .heads = 4,
            .sessions = sessions.data(),
            .positions = positions.data(),
            .cos = cos.data(),
            .sin = sin.data(),
            .q_norm = norms ? q_norm.bytes.data() : nullptr,
            .k_norm = norms ? k_norm.bytes.data() : nullptr,
            .epsilon = 1e-6f};
  }
  // Head `head` of row `row` normed and rotated, in float64.
  std::vector<double> turned(int64_t row, int64_t head, bool norms) const {
    const int64_t size = cache.head_dim, half = size / 2;
    std::vector<double> x(static_cast<size_t>(size)), y(x);
    double squares = 0;
    for (int64_t i = 0; i < size; ++i) {
      x[static_cast<size_t>(i)] = qkv.at(row * stride() + head * size + i);
      squares += x[static_cast<size_t>(i)] * x[static_cast<size_t>(i)];
    }
    for (int64_t i = 0; norms && i < size; ++i)
      x[static_cast<size_t>(i)] *=
          (head < 4 ? q_norm : k_norm).at(i) / std::sqrt(squares / double(size) + 1e-6);
    for (int64_t i = 0; i < half; ++i) {
      const auto at = static_cast<size_t>(positions[static_cast<size_t>(row)] * half + i);
      const double left = x[static_cast<size_t>(i)], right = x[static_cast<size_t>(i + half)];
      y[static_cast<size_t>(i)] = left * cos[at] - right * sin[at];
      y[static_cast<size_t>(i + half)] = right * cos[at] + left * sin[at];
    }
    return y;
  }
};

TEST_CASE("keys and values are normed, rotated and stored where attention reads them") {
  for (const FloatType type : {FloatType::kFloat32, FloatType::kBfloat16, FloatType::kFloat16})
    for (const int64_t head_dim : {10, 64, 256})
      for (const bool norms : {false, true})
        for (const bool on_device : {true, false}) {
          CAPTURE(float_name(type));
          CAPTURE(head_dim);
          CAPTURE(norms);
          CAPTURE(on_device);
          StoreCase at(type, head_dim);
          Stored numbers = at.qkv;
          if (on_device) {
            REQUIRE(store_kv_cuda(at.job(numbers, norms), nullptr) == cudaSuccess);
          } else {
            ThreadPool pool(2);
            store_kv(at.job(numbers, norms), pool);
          }
          // One rounding of numbers of up to 4, or of sums in fp32.
          const double tolerance = type == FloatType::kFloat32   ? 4e-6
                                   : type == FloatType::kFloat16 ? 2e-3
                                                                 : 1.6e-2;
          for (const int64_t row : {0, 1, 3}) {
            const int64_t session = at.sessions[static_cast<size_t>(row)];
            const int64_t position = at.positions[static_cast<size_t>(row)];
            for (int64_t head = 0; head < 6; ++head) {
              const auto expected = at.turned(row, head, norms);
              for (int64_t i = 0; i < head_dim; ++i) {
                const double x = expected[static_cast<size_t>(i)];
                const float inside = numbers.at(row * at.stride() + head * head_dim + i);
                REQUIRE(std::abs(inside - x) < tolerance);
                if (head >= 4)
                  REQUIRE(at.cache.kv.at(at.cache.place(session, position, head - 4, i, false)) ==
                          inside);
              }
            }
            for (int64_t head = 0; head < 2; ++head)
              for (int64_t i = 0; i < head_dim; ++i)
                REQUIRE(at.cache.kv.at(at.cache.place(session, position, head, i, true)) ==
                        at.qkv.at(row * at.stride() + (6 + head) * head_dim + i));
          }
          // Nothing else was touched: neither the row without a session nor other tokens.
          for (int64_t i = 0; i < 8 * head_dim; ++i)
            REQUIRE(numbers.at(2 * at.stride() + i) == at.qkv.at(2 * at.stride() + i));
          REQUIRE(std::isnan(at.cache.kv.at(at.cache.place(1, 35, 0, 0, false))));
          REQUIRE(std::isnan(at.cache.kv.at(at.cache.place(1, 32, 1, 1, true))));
        }
}

}  // namespace
}  // namespace querl
