// Causal attention over some rows of a sequence against a float64 twin and central differences of
// it.
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "kernels/attention.h"

namespace querl {
namespace {

// Sums of up to 600 products, divided by a sum of as many exponentials.
constexpr double kFp32Attention = 2e-5;

struct Case {
  int64_t heads, kv_heads, head_dim, keys;
  std::vector<int32_t> limits;
  int64_t window = 0;
};

std::vector<Case> cases() {
  std::vector<int32_t> all, some{1, 2, 24, 25, 70, 71};
  for (int32_t i = 1; i <= 83; ++i) all.push_back(i);
  return {{4, 2, 16, 83, all},     {2, 1, 80, 71, some},
          {1, 1, 2, 1, {1}},       {3, 3, 64, 600, {599, 600}},
          {6, 2, 10, 83, all},     {4, 2, 16, 83, all, 1},
          {4, 2, 16, 83, all, 31}, {2, 1, 40, 83, all, 33},
          {2, 1, 8, 83, all, 83},  {2, 2, 64, 600, {3, 40, 599, 600}, 200}};
}

struct Tensors {
  explicit Tensors(const Case& shape) : at(shape) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    const auto fill = [&](std::vector<float>& v, int64_t count) {
      for (int64_t i = 0; i < count; ++i) v.push_back(normal(random));
    };
    fill(q, int64_t(shape.limits.size()) * q_stride());
    fill(k, shape.keys * kv_stride());
    fill(v, shape.keys * kv_stride());
    fill(d_out, int64_t(shape.limits.size()) * shape.heads * shape.head_dim);
  }

  int64_t q_stride() const { return at.heads * at.head_dim + 3; }
  int64_t kv_stride() const { return at.kv_heads * at.head_dim + 5; }
  AttentionRows rows() const {
    return {at.heads,         at.kv_heads, at.head_dim, int64_t(at.limits.size()),
            at.limits.data(), at.window,   q.data(),    q_stride(),
            k.data(),         v.data(),    kv_stride()};
  }

  // Float64, query by query; `work(query, head, probabilities over the keys it sees)`.
  template <class Work>
  void for_rows(const Work& work) const {
    for (size_t i = 0; i < at.limits.size(); ++i)
      for (int64_t head = 0; head < at.heads; ++head) {
        std::vector<double> p;
        double total = 0;
        for (int64_t key = 0; key < at.limits[i]; ++key) {
          double score = 0;
          for (int64_t c = 0; c < at.head_dim; ++c)
            score += q_at(i, head, c) * kv_at(k, key, head, c);
          const bool sees = at.window == 0 || key >= at.limits[i] - at.window;
          p.push_back(sees ? std::exp(score / std::sqrt(double(at.head_dim))) : 0.);
          total += p.back();
        }
        for (double& x : p) x /= total;
        work(i, head, p);
      }
  }

  double q_at(size_t i, int64_t head, int64_t c) const {
    return double(q[i * size_t(q_stride()) + size_t(head * at.head_dim + c)]);
  }
  size_t kv_place(int64_t key, int64_t head, int64_t c) const {
    return size_t(key * kv_stride() + head / (at.heads / at.kv_heads) * at.head_dim + c);
  }
  double kv_at(const std::vector<float>& from, int64_t key, int64_t head, int64_t c) const {
    return double(from[kv_place(key, head, c)]);
  }
  size_t out_place(size_t i, int64_t head, int64_t c) const {
    return size_t((int64_t(i) * at.heads + head) * at.head_dim + c);
  }

  Case at;
  std::vector<float> q, k, v, d_out;
};

TEST_CASE("attention and its gradient equal the float64 formulas") {
  for (const Case& shape : cases()) {
    const Tensors given(shape);
    CAPTURE(shape.head_dim);
    CAPTURE(shape.window);
    std::vector<float> out(given.d_out.size()), log_sums(shape.limits.size() * size_t(shape.heads));
    std::vector<float> scratch(size_t(attention_scratch(shape.keys, shape.head_dim)));
    std::vector<float> d_q(given.q.size(), 7.f), d_k(given.k.size(), 1.f), d_v(given.v.size(), 2.f);
    causal_attention(given.rows(), out.data(), log_sums.data(), scratch.data());
    causal_attention_backward(given.rows(), given.d_out.data(), log_sums.data(), d_q.data(),
                              given.q_stride(), d_k.data(), d_v.data(), given.kv_stride(),
                              scratch.data());
    std::vector<double> want_out(out.size()), want_q(d_q.size(), 7), want_k(d_k.size(), 1),
        want_v(d_v.size(), 2);
    const double scale = 1 / std::sqrt(double(shape.head_dim));
    given.for_rows([&](size_t i, int64_t head, const std::vector<double>& p) {
      std::vector<double> slope(p.size());
      double along = 0;
      for (size_t key = 0; key < p.size(); ++key) {
        for (int64_t c = 0; c < shape.head_dim; ++c) {
          const double goal = double(given.d_out[given.out_place(i, head, c)]);
          const double value = given.kv_at(given.v, int64_t(key), head, c);
          want_out[given.out_place(i, head, c)] += p[key] * value;
          want_v[given.kv_place(int64_t(key), head, c)] += p[key] * goal;
          slope[key] += goal * value;
        }
        along += p[key] * slope[key];
      }
      for (int64_t c = 0; c < shape.head_dim; ++c) {
        double& want = want_q[i * size_t(given.q_stride()) + size_t(head * shape.head_dim + c)];
        want = 0;
        for (size_t key = 0; key < p.size(); ++key) {
          const double change = p[key] * (slope[key] - along) * scale;
          want += change * given.kv_at(given.k, int64_t(key), head, c);
          want_k[given.kv_place(int64_t(key), head, c)] += change * given.q_at(i, head, c);
        }
      }
    });
    const auto compare = [](const std::vector<float>& found, const std::vector<double>& wanted) {
      int wrong = 0;
      for (size_t i = 0; i < found.size(); ++i)
        wrong +=
            !(std::abs(double(found[i]) - wanted[i]) < kFp32Attention * (1 + std::abs(wanted[i])));
      CHECK(wrong == 0);
    };
    compare(out, want_out);
    compare(d_q, want_q);
    compare(d_k, want_k);
    compare(d_v, want_v);
  }
}

TEST_CASE("no queries need no keys") {
  const AttentionRows none{2, 1, 8, 0, nullptr, 0, nullptr, 16, nullptr, nullptr, 8};
  std::vector<float> scratch(size_t(attention_scratch(0, 8)) + 1);
  causal_attention(none, nullptr, nullptr, scratch.data());
  causal_attention_backward(none, nullptr, nullptr, nullptr, 16, nullptr, nullptr, 8,
                            scratch.data());
}

}  // namespace
}  // namespace querl
