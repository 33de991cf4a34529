// A packed batch of attention and what comes out for it in float64.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "kernels/half.h"
#include "kernels/thread_pool.h"
#include "kernels/varlen_attention.h"

namespace querl {

// Rows in a storage type, `gap` numbers of poison behind each.
class StoredRows {
 public:
  StoredRows(FloatType type, int64_t rows, int64_t width, int64_t gap)
      : type_(type), rows_(rows), width_(width), stride_(width + gap) {
    // A number of any type is a NaN if all its bits are set.
    bytes_.assign(static_cast<size_t>(rows * stride_ * float_bytes(type)), char(0xff));
  }

  void set(const std::vector<double>& numbers) {
    for (int64_t row = 0; row < rows_; ++row) {
      std::vector<float> floats;
      for (int64_t i = 0; i < width_; ++i)
        floats.push_back(static_cast<float>(numbers[static_cast<size_t>(row * width_ + i)]));
      from_floats(floats.data(), width_, type_, at(row));
    }
  }

  std::vector<double> get() const {
    std::vector<double> numbers;
    std::vector<float> floats(static_cast<size_t>(width_));
    for (int64_t row = 0; row < rows_; ++row) {
      to_floats(at(row), type_, width_, floats.data());
      numbers.insert(numbers.end(), floats.begin(), floats.end());
    }
    return numbers;
  }

  VarlenRows rows() const { return {bytes_.data(), stride_}; }
  VarlenOutput output() { return {bytes_.data(), stride_}; }
  const std::vector<char>& bytes() const { return bytes_; }

 private:
  char* at(int64_t row) { return bytes_.data() + row * stride_ * float_bytes(type_); }
  const char* at(int64_t row) const { return bytes_.data() + row * stride_ * float_bytes(type_); }

  FloatType type_;
  int64_t rows_, width_, stride_;
  std::vector<char> bytes_;
};

struct VarlenCase {
  FloatType type = FloatType::kFloat32;
  std::vector<std::pair<int64_t, int64_t>> lengths;  // queries and keys of each sequence
  int64_t heads = 2, kv_heads = 1, head_dim = 16, window = 0;
  uint32_t seed = 1;
  bool causal = true;
};

class VarlenBatch {
 public:
  explicit VarlenBatch(const VarlenCase& c) : c_(c) {
    query_offsets_ = key_offsets_ = {0};
    for (const auto& [queries, keys] : c.lengths) {
      query_offsets_.push_back(query_offsets_.back() + queries);
      key_offsets_.push_back(key_offsets_.back() + keys);
    }
    std::mt19937 random(c.seed);
    q = stored(random, queries(), c.heads);
    k = stored(random, keys(), c.kv_heads);
    v = stored(random, keys(), c.kv_heads);
    d_out = stored(random, queries(), c.heads);
  }

  int64_t queries() const { return query_offsets_.back(); }
  int64_t keys() const { return key_offsets_.back(); }
  double scale() const { return 1. / std::sqrt(static_cast<double>(c_.head_dim)); }
  VarlenShape shape() const {
    return {static_cast<int64_t>(c_.lengths.size()),
            query_offsets_.data(),
            key_offsets_.data(),
            c_.heads,
            c_.kv_heads,
            c_.head_dim,
            c_.window,
            static_cast<float>(scale()),
            c_.causal};
  }

  // Of the kernels.
  struct Results {
    std::vector<double> out, log_sums, d_q, d_k, d_v;
  };

  Results run(const LinearIsa& isa, int threads = 1) const {
    ThreadPool pool(threads);
    const int64_t width = c_.heads * c_.head_dim, kv = c_.kv_heads * c_.head_dim;
    StoredRows rows_q(c_.type, queries(), width, 3), rows_k(c_.type, keys(), kv, 5),
        rows_v(c_.type, keys(), kv, 1), rows_out(c_.type, queries(), width, 2),
        rows_d_out(c_.type, queries(), width, 0), d_q(c_.type, queries(), width, 7),
        d_k(c_.type, keys(), kv, 0), d_v(c_.type, keys(), kv, 4);
    rows_q.set(q);
    rows_k.set(k);
    rows_v.set(v);
    rows_d_out.set(d_out);
    std::vector<float> log_sums(static_cast<size_t>(c_.heads * queries()),
                                std::numeric_limits<float>::quiet_NaN());
    varlen_attention(shape(), c_.type, rows_q.rows(), rows_k.rows(), rows_v.rows(),
                     rows_out.output(), log_sums.data(), pool, isa);
    varlen_attention_backward(shape(), c_.type, rows_q.rows(), rows_k.rows(), rows_v.rows(),
                              rows_out.rows(), rows_d_out.rows(), log_sums.data(), d_q.output(),
                              d_k.output(), d_v.output(), pool, isa);
    return {rows_out.get(), {log_sums.begin(), log_sums.end()}, d_q.get(), d_k.get(), d_v.get()};
  }

  // What comes out in float64, by the definition.
  Results expected() const {
    Results r;
    const auto size = static_cast<size_t>(c_.head_dim), heads = static_cast<size_t>(c_.heads);
    r.out.assign(q.size(), 0);
    r.d_q.assign(q.size(), 0);
    r.d_k.assign(k.size(), 0);
    r.d_v.assign(k.size(), 0);
    r.log_sums.assign(heads * static_cast<size_t>(queries()), 0);
    for (size_t s = 0; s < c_.lengths.size(); ++s)
      for (int64_t i = 0; i < c_.lengths[s].first; ++i)
        for (size_t head = 0; head < heads; ++head) one(s, i, head, size, &r);
    return r;
  }

  std::vector<double> q, k, v, d_out;  // as they are stored

 private:
  std::vector<double> stored(std::mt19937& random, int64_t rows, int64_t heads) const {
    std::normal_distribution<double> normal;
    StoredRows kept(c_.type, rows, heads * c_.head_dim, 0);
    std::vector<double> numbers(static_cast<size_t>(rows * heads * c_.head_dim));
    for (double& x : numbers) x = normal(random);
    kept.set(numbers);
    return kept.get();
  }

  void one(size_t s, int64_t query, size_t head, size_t size, Results* r) const {
    const auto heads = static_cast<size_t>(c_.heads), kv_heads = static_cast<size_t>(c_.kv_heads);
    const int64_t keys = c_.lengths[s].second;
    const int64_t position = c_.causal ? keys - c_.lengths[s].first + query : keys - 1;
    const int64_t begin =
        c_.window == 0 || !c_.causal ? 0 : std::max<int64_t>(0, position + 1 - c_.window);
    const auto row = static_cast<size_t>(query_offsets_[s] + query);
    const size_t at = (row * heads + head) * size;
    const auto key_at = [&](int64_t key) {
      return (static_cast<size_t>(key_offsets_[s] + key) * kv_heads + head / (heads / kv_heads)) *
             size;
    };
    std::vector<double> weights;
    double total = 0;
    for (int64_t key = begin; key <= position; ++key) {
      double score = 0;
      for (size_t d = 0; d < size; ++d) score += q[at + d] * k[key_at(key) + d];
      weights.push_back(std::exp(score * scale()));
      total += weights.back();
    }
    r->log_sums[head * static_cast<size_t>(queries()) + row] = std::log(total);
    double mean = 0;
    std::vector<double> slopes;
    for (int64_t key = begin; key <= position; ++key) {
      double& weight = weights[static_cast<size_t>(key - begin)];
      weight /= total;
      double slope = 0;
      for (size_t d = 0; d < size; ++d) {
        r->out[at + d] += weight * v[key_at(key) + d];
        slope += d_out[at + d] * v[key_at(key) + d];
        r->d_v[key_at(key) + d] += weight * d_out[at + d];
      }
      slopes.push_back(slope);
      mean += weight * slope;
    }
    for (int64_t key = begin; key <= position; ++key) {
      const auto i = static_cast<size_t>(key - begin);
      const double change = weights[i] * (slopes[i] - mean) * scale();
      for (size_t d = 0; d < size; ++d) {
        r->d_q[at + d] += change * k[key_at(key) + d];
        r->d_k[key_at(key) + d] += change * q[at + d];
      }
    }
  }

  VarlenCase c_;
  std::vector<int64_t> query_offsets_, key_offsets_;
};

}  // namespace querl
