// A batch of hidden states and a head for the tests of linear_logprobs, what the kernels make of
// it, and the same in float64.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "kernels/cpu/float_rows.h"
#include "kernels/linear_logprobs.h"
#include "kernels/thread_pool.h"
#include "tests/token_scores_twin.h"

namespace querl {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<LinearIsa> available(FloatType type) {
  std::vector<LinearIsa> all{{Isa::kPortable, Bf16Isa::kConvert}};
  if (best_isa() >= Isa::kAvx2) all.push_back({Isa::kAvx2, Bf16Isa::kConvert});
  if (best_isa() >= Isa::kAvx512) all.push_back({Isa::kAvx512, Bf16Isa::kConvert});
  if (type == FloatType::kFloat32) return all;
  if (best_bf16_isa() >= Bf16Isa::kAvx512) all.push_back({Isa::kAvx512, Bf16Isa::kAvx512});
  if (best_bf16_isa() >= Bf16Isa::kAmx) all.push_back({Isa::kAvx512, Bf16Isa::kAmx});
  return all;
}

std::string name(const LinearIsa& isa, FloatType type) {
  const bool is_bf16 = type == FloatType::kBfloat16;
  return std::string(isa_name(isa.isa)) + " " + (is_bf16 ? bf16_isa_name(isa.bf16) : "float32");
}

// A matrix whose rows lie `gap` elements apart.
struct Matrix {
  int64_t rows, columns, gap;
  FloatType type;
  std::vector<float> values;       // as rounded, with NaN between the rows
  std::vector<uint16_t> halves{};  // the same, where the type is bfloat16

  Matrix(int64_t rows, int64_t columns, FloatType type, uint32_t seed, float scale, int64_t gap = 0)
      : rows(rows), columns(columns), gap(gap), type(type) {
    const auto drawn = random_floats(rows * columns, seed, scale);
    values.assign(size_t(rows * stride()), kNan);
    halves.assign(values.size(), 0x7fc0);
    for (int64_t i = 0; i < rows * columns; ++i) set(i / columns, i % columns, drawn[size_t(i)]);
  }
  int64_t stride() const { return columns + gap; }
  double at(int64_t row, int64_t column) const {
    return double(values[size_t(row * stride() + column)]);
  }
  void set(int64_t row, int64_t column, float value) {
    const auto i = size_t(row * stride() + column);
    halves[i] = to_bfloat16(value);
    values[i] = type == FloatType::kBfloat16 ? from_bfloat16(halves[i]) : value;
  }
  ConstRows view() const {
    if (type == FloatType::kFloat32) return {values.data(), stride(), type};
    return {halves.data(), stride(), type};
  }
};

struct Case {
  Matrix hidden, head;
  std::vector<int64_t> targets;
  float temperature = 0.9f;

  LinearInputs inputs() const {
    return {{hidden.rows, hidden.columns, head.rows},
            hidden.view(),
            head.view(),
            targets.data(),
            temperature};
  }
  std::vector<double> logits(int64_t t) const {
    std::vector<double> row;
    for (int64_t v = 0; v < head.rows; ++v) {
      double sum = 0;
      for (int64_t d = 0; d < head.columns; ++d) sum += hidden.at(t, d) * head.at(v, d);
      row.push_back(sum);
    }
    return row;
  }
};

Case random_case(int64_t tokens, int64_t width, int64_t vocab, FloatType type, int64_t gap = 0) {
  const float scale = 2.f / std::sqrt(float(width));
  return {Matrix(tokens, width, type, 1, 1.f, gap), Matrix(vocab, width, type, 2, scale, gap),
          random_targets(tokens, vocab, 3)};
}

struct Scores {
  explicit Scores(const Case& of, const LinearIsa& isa = {}, int threads = 1) {
    for (auto* all : {&logprobs, &entropies, &maxima, &log_sums})
      all->assign(of.targets.size(), kNan);
    ThreadPool pool(threads);
    linear_logprobs(of.inputs(),
                    {logprobs.data(), entropies.data(), maxima.data(), log_sums.data()}, pool, isa);
  }
  std::vector<float> logprobs, entropies, maxima, log_sums;
};

struct Gradients {
  std::vector<float> hidden, head;  // row by row
};

struct Slopes {
  std::vector<float> logprobs, entropies;
};

Slopes random_slopes(int64_t tokens) {
  return {random_floats(tokens, 5, 1.f), random_floats(tokens, 6, 0.3f)};
}

// As float32, whatever the type of the inputs.
Gradients gradients_of(const Case& of, const Scores& scores, const Slopes& slopes,
                       const LinearIsa& isa = {}, int threads = 1) {
  Gradients out{std::vector<float>(size_t(of.hidden.rows * of.hidden.columns), kNan),
                std::vector<float>(size_t(of.head.rows * of.head.columns), kNan)};
  ThreadPool pool(threads);
  linear_logprobs_backward(of.inputs(),
                           {scores.entropies.data(), scores.maxima.data(), scores.log_sums.data(),
                            slopes.logprobs.data(), slopes.entropies.data()},
                           {{out.hidden.data(), of.hidden.columns, FloatType::kFloat32},
                            {out.head.data(), of.head.columns, FloatType::kFloat32}},
                           pool, isa);
  return out;
}

// A float64 gradient with the sum of the magnitudes of its terms.
struct Sums {
  explicit Sums(size_t count) : values(count), magnitudes(count) {}
  // `lost`: what the term's magnitude was before something cancelled in it.
  void add(size_t i, double term, double lost) {
    values[i] += term;
    magnitudes[i] += std::abs(term) + std::abs(lost);
  }
  double worst(const std::vector<float>& actual) const {
    double all = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      const double error = std::abs(double(actual[i]) - values[i]) / (1e-6 + magnitudes[i]);
      all = error <= all ? all : error;  // keeps a NaN
    }
    return all;
  }
  std::vector<double> values, magnitudes;
};

// A likely target's gradient is the difference of nearly equal terms, which have rounded.
double lost_at_target(const Case& of, const Slopes& slopes, int64_t t, int64_t v) {
  if (of.targets[size_t(t)] != v) return 0;
  return double(slopes.logprobs[size_t(t)]) / double(of.temperature);
}

struct Twin {
  Twin(const Case& of, const Slopes& slopes)
      : hidden(size_t(of.hidden.rows * of.hidden.columns)),
        head(size_t(of.head.rows * of.head.columns)) {
    const int64_t width = of.hidden.columns;
    for (int64_t t = 0; t < of.hidden.rows; ++t) {
      const auto i = size_t(t);
      if (of.targets[i] < 0) {
        scores.push_back({});
        continue;
      }
      const auto logits = of.logits(t);
      for (const double x : logits) largest = std::max(largest, std::abs(x));
      scores.push_back(twin_score(logits, of.targets[i], double(of.temperature)));
      const auto d_logits = twin_slopes(logits, of.targets[i], double(of.temperature),
                                        double(slopes.logprobs[i]), double(slopes.entropies[i]));
      for (int64_t v = 0; v < of.head.rows; ++v) {
        const double lost = lost_at_target(of, slopes, t, v);
        for (int64_t d = 0; d < width; ++d) {
          const double w = of.head.at(v, d), h = of.hidden.at(t, d);
          hidden.add(size_t(t * width + d), d_logits[size_t(v)] * w, lost * w);
          head.add(size_t(v * width + d), d_logits[size_t(v)] * h, lost * h);
        }
      }
    }
  }
  std::vector<TwinScore> scores;
  Sums hidden, head;
  double largest = 0;  // logit
};

}  // namespace
}  // namespace querl
