// A random packed batch for the tests of masked PPO, with garbage wherever the mask is 0, and a
// float64 twin of the loss, straight from the formulas, that shares no code with the kernels.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "kernels/masked_ppo.h"

namespace querl {

enum class Masking { kNone, kAll, kTurns };

struct PpoBatch {
  std::vector<float> logprobs, old_logprobs, advantages, reference_logprobs, sampler_logprobs,
      entropies, values, old_values, returns;
  std::vector<uint8_t> mask;
  std::vector<int64_t> offsets, batch_offsets;

  PpoTokens view() const {
    return {.count = static_cast<int64_t>(mask.size()),
            .logprobs = logprobs.data(),
            .old_logprobs = old_logprobs.data(),
            .advantages = advantages.data(),
            .mask = mask.data(),
            .reference_logprobs = reference_logprobs.data(),
            .sampler_logprobs = sampler_logprobs.data(),
            .entropies = entropies.data(),
            .values = values.data(),
            .old_values = old_values.data(),
            .returns = returns.data(),
            .sequences = static_cast<int64_t>(offsets.size()) - 1,
            .offsets = offsets.data(),
            .micro_batches = static_cast<int64_t>(batch_offsets.size()) - 1,
            .batch_offsets = batch_offsets.data()};
  }

  std::vector<std::vector<float>*> inputs() {
    return {&logprobs,         &old_logprobs, &advantages, &reference_logprobs,
            &sampler_logprobs, &entropies,    &values,     &old_values,
            &returns};
  }
};

// Fills every input of the masked tokens.
inline void fill_masked(PpoBatch& batch, const std::vector<float>& with) {
  size_t next = 0;
  for (auto* input : batch.inputs())
    for (size_t t = 0; t < batch.mask.size(); ++t)
      if (batch.mask[t] == 0) (*input)[t] = with[next++ % with.size()];
}

inline PpoBatch random_ppo_batch(int64_t count, Masking masking, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  PpoBatch batch;
  for (auto* input : batch.inputs()) input->resize(static_cast<size_t>(count));
  batch.mask.resize(static_cast<size_t>(count));
  bool policy = true;
  for (size_t t = 0; t < batch.mask.size(); ++t) {
    if (random() % 9 == 0) policy = !policy;
    batch.mask[t] = masking == Masking::kNone ? 1 : masking == Masking::kAll ? 0 : policy ? 1 : 0;
    const float old = -std::abs(2.f * normal(random));
    batch.old_logprobs[t] = old;
    batch.logprobs[t] = old + 0.4f * normal(random);
    batch.reference_logprobs[t] = old + 0.6f * normal(random);
    batch.sampler_logprobs[t] = old + 0.3f * normal(random);
    batch.advantages[t] = random() % 16 == 0 ? 0.f : normal(random);
    batch.entropies[t] = std::abs(normal(random));
    batch.old_values[t] = normal(random);
    batch.values[t] = batch.old_values[t] + 0.5f * normal(random);
    batch.returns[t] = 3.f + normal(random);
  }
  // Sequences of 0 to 80 tokens, some fully masked, in micro-batches of up to 4.
  batch.offsets = {0};
  while (batch.offsets.back() < count) {
    const int64_t end = std::min(count, batch.offsets.back() + static_cast<int64_t>(random() % 81));
    if (random() % 8 == 0)
      std::fill(batch.mask.begin() + batch.offsets.back(), batch.mask.begin() + end, uint8_t{0});
    batch.offsets.push_back(end);
  }
  if (masking == Masking::kNone) std::fill(batch.mask.begin(), batch.mask.end(), uint8_t{255});
  const auto sequences = static_cast<int64_t>(batch.offsets.size()) - 1;
  batch.batch_offsets = {0};
  while (batch.batch_offsets.back() < sequences)
    batch.batch_offsets.push_back(
        std::min(sequences, batch.batch_offsets.back() + static_cast<int64_t>(random() % 5)));
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  fill_masked(batch, {std::numeric_limits<float>::quiet_NaN(), kInfinity, -kInfinity, 1e30f});
  return batch;
}

// One set of options a feature, and some together.
inline std::vector<std::pair<std::string, PpoOptions>> ppo_option_cases() {
  std::vector<std::pair<std::string, PpoOptions>> all;
  const auto add = [&](const char* name, auto&& change) {
    PpoOptions options;
    change(options);
    all.emplace_back(name, options);
  };
  add("plain", [](PpoOptions&) {});
  add("clip-higher", [](PpoOptions& o) { o.clip_high = 0.28f; });
  add("dual clip", [](PpoOptions& o) { o.dual_clip = 1.5f; });
  add("low limit", [](PpoOptions& o) { o.log_ratio_limit = 0.3f; });
  for (const KlEstimator kl : {KlEstimator::kK1, KlEstimator::kK2, KlEstimator::kK3})
    add("KL", [&](PpoOptions& o) {
      o.kl_coefficient = 0.1f;
      o.kl_estimator = o.kl_gradient = kl;
      if (kl == KlEstimator::kK3) o.kl_limit = 0.2f;
    });
  add("k3 with k2's gradient", [](PpoOptions& o) {
    o.kl_coefficient = 0.1f;
    o.kl_gradient = KlEstimator::kK2;
  });
  for (const PpoCorrection correction :
       {PpoCorrection::kTokenTruncate, PpoCorrection::kTokenMask, PpoCorrection::kSequenceTruncate,
        PpoCorrection::kSequenceMask})
    add("correction", [&](PpoOptions& o) {
      o.correction = correction;
      o.correction_floor = 0.6f;
      o.correction_cap = 1.4f;
    });
  for (const PpoAggregation aggregation :
       {PpoAggregation::kSequences, PpoAggregation::kSequenceSums, PpoAggregation::kMicroBatches,
        PpoAggregation::kConstant})
    add("aggregation", [&](PpoOptions& o) {
      o.aggregation = aggregation;
      if (aggregation == PpoAggregation::kConstant) o.denominator = 4096;
    });
  add("sequence ratio", [](PpoOptions& o) { o.ratio = PpoRatio::kSequence; });
  add("GSPO", [](PpoOptions& o) {
    o.ratio = PpoRatio::kSequence;
    o.aggregation = PpoAggregation::kSequences;
    o.clip_low = 0.03f;
    o.clip_high = 0.04f;
  });
  add("values and entropy", [](PpoOptions& o) {
    o.value_coefficient = 0.5f;
    o.value_clip = 0.2f;
    o.entropy_coefficient = 0.01f;
  });
  add("everything", [](PpoOptions& o) {
    o.clip_high = 0.3f;
    o.dual_clip = 2.f;
    o.correction = PpoCorrection::kTokenTruncate;
    o.correction_cap = 1.2f;
    o.kl_coefficient = 0.05f;
    o.entropy_coefficient = 0.02f;
    o.value_clip = 0.3f;
    o.aggregation = PpoAggregation::kMicroBatches;
  });
  add("everything, by sequence", [](PpoOptions& o) {
    o.ratio = PpoRatio::kSequence;
    o.correction = PpoCorrection::kSequenceTruncate;
    o.dual_clip = 1.05f;
    o.kl_coefficient = -0.05f;
    o.kl_estimator = o.kl_gradient = KlEstimator::kK2;
    o.entropy_coefficient = 0.02f;
    o.aggregation = PpoAggregation::kSequences;
    o.denominator = 77;
  });
  return all;
}

// What one token gives to the loss, in float64. The ratio of a sequence is given: its own log-prob
// moves it by e^(logprob - logprob at the start), as in GSPO's token form.
class PpoTwin {
 public:
  PpoTwin(const PpoBatch& batch, const PpoOptions& options) : batch_(batch), options_(options) {
    const size_t sequences = batch.offsets.size() - 1;
    std::vector<double> tokens(sequences, 0.), of_batch(sequences, 0.);
    mean_ratio_.assign(sequences, 0.);
    log_product_.assign(sequences, 0.);
    sequence_of_.resize(batch.mask.size());
    double all = 0, alive = 0;
    for (size_t b = 0; b < sequences; ++b) {
      for (auto t = size_t(batch.offsets[b]); t < size_t(batch.offsets[b + 1]); ++t) {
        sequence_of_[t] = b;
        if (batch.mask[t] == 0) continue;
        tokens[b] += 1;
        mean_ratio_[b] += double(batch.logprobs[t]) - double(batch.old_logprobs[t]);
        log_product_[b] += double(batch.old_logprobs[t]) - double(batch.sampler_logprobs[t]);
      }
      if (tokens[b] > 0) mean_ratio_[b] /= tokens[b];
      all += tokens[b];
      alive += tokens[b] > 0 ? 1 : 0;
    }
    for (size_t m = 0; m + 1 < batch.batch_offsets.size(); ++m) {
      const auto begin = size_t(batch.batch_offsets[m]), end = size_t(batch.batch_offsets[m + 1]);
      double sum = 0;
      for (size_t b = begin; b < end; ++b) sum += tokens[b];
      for (size_t b = begin; b < end; ++b) of_batch[b] = sum;
    }
    const double given = options.denominator;
    weight_.resize(sequences);
    for (size_t b = 0; b < sequences; ++b) {
      const auto over = [&](double usual) { return given > 0 ? given : usual; };
      switch (options.aggregation) {
        case PpoAggregation::kTokens:
          weight_[b] = 1 / over(all);
          break;
        case PpoAggregation::kSequences:
          weight_[b] = 1 / (tokens[b] * over(alive));
          break;
        case PpoAggregation::kSequenceSums:
          weight_[b] = 1 / over(alive);
          break;
        case PpoAggregation::kMicroBatches:
          weight_[b] = 1 / (of_batch[b] * over(double(batch.batch_offsets.size() - 1)));
          break;
        case PpoAggregation::kConstant:
          weight_[b] = 1 / given;
          break;
      }
    }
  }

  double weight(size_t t) const { return weight_[sequence_of_[t]]; }

  // The loss of token t with its log-prob, entropy and value moved. `value` and `terms`, where not
  // null, get every statistic and the sum of its terms without their signs.
  double token(size_t t, double by_logprob, double by_entropy, double by_value, KlEstimator kl,
               PpoSums* value = nullptr, PpoSums* terms = nullptr) const {
    const auto note = [&](double PpoSums::*field, double by) {
      if (value == nullptr) return;
      value->*field += by;
      terms->*field += std::abs(by);
    };
    const size_t b = sequence_of_[t];
    const double w = weight_[b], limit = double(options_.log_ratio_limit);
    const auto cut = [&](double x) { return std::min(std::max(x, -limit), limit); };
    const double old = double(batch_.old_logprobs[t]);
    const double logprob = double(batch_.logprobs[t]) + by_logprob;
    const double advantage = double(batch_.advantages[t]);

    const double x = cut(logprob - old);
    const double level = options_.ratio == PpoRatio::kToken ? x : cut(mean_ratio_[b] + by_logprob);
    const double ratio = std::exp(level);
    const double lowest = 1 - double(options_.clip_low), highest = 1 + double(options_.clip_high);
    const double clipped = std::min(std::max(ratio, lowest), highest);
    double policy = std::max(-ratio * advantage, -clipped * advantage);
    const double dual = double(options_.dual_clip);
    const bool is_dual = dual > 0 && advantage < 0 && policy > -dual * advantage;
    if (is_dual) policy = -dual * advantage;

    const double floor = double(options_.correction_floor), cap = double(options_.correction_cap);
    double raw = 1, importance = 1;
    const PpoCorrection correction = options_.correction;
    if (correction != PpoCorrection::kNone) {
      const bool whole = correction == PpoCorrection::kSequenceTruncate ||
                         correction == PpoCorrection::kSequenceMask;
      const bool drops =
          correction == PpoCorrection::kTokenMask || correction == PpoCorrection::kSequenceMask;
      raw = std::exp(cut(whole ? log_product_[b] : old - double(batch_.sampler_logprobs[t])));
      importance = std::min(std::max(raw, floor), cap);
      if (drops && importance != raw) importance = 0;
    }

    const double d = double(batch_.reference_logprobs[t]) - logprob;
    const double k3 = std::exp(cut(d)) - 1 - cut(d);
    const double most = options_.kl_limit > 0.f ? double(options_.kl_limit) : HUGE_VAL;
    const double estimate = kl == KlEstimator::kK1   ? -d
                            : kl == KlEstimator::kK2 ? d * d / 2
                                                     : std::min(k3, most);

    const double entropy = double(batch_.entropies[t]) + by_entropy;
    const double now = double(batch_.values[t]) + by_value, then = double(batch_.old_values[t]);
    const double target = double(batch_.returns[t]), range = double(options_.value_clip);
    const double kept = range > 0 ? std::min(std::max(now, then - range), then + range) : now;
    const double free_error = std::pow(now - target, 2), kept_error = std::pow(kept - target, 2);

    const double parts[] = {
        w * importance * policy, w * double(options_.kl_coefficient) * estimate,
        -w * double(options_.entropy_coefficient) * entropy,
        w * double(options_.value_coefficient) * std::max(free_error, kept_error) / 2};
    note(&PpoSums::policy_loss, parts[0]);
    note(&PpoSums::kl_loss, parts[1]);
    note(&PpoSums::entropy_loss, parts[2]);
    note(&PpoSums::value_loss, parts[3]);
    for (const double part : parts) note(&PpoSums::magnitude, std::abs(part));
    note(&PpoSums::tokens, 1);
    note(&PpoSums::log_ratio, x);
    note(&PpoSums::squared_log_ratio, x * x);
    note(&PpoSums::kl, std::exp(x) - 1 - x);
    note(&PpoSums::ratio, ratio);
    note(&PpoSums::clipped_low, advantage < 0 && ratio < lowest);
    note(&PpoSums::clipped_high, advantage > 0 && ratio > highest);
    note(&PpoSums::clipped_dual, is_dual);
    note(&PpoSums::importance, importance);
    note(&PpoSums::importance_cut, raw < floor || raw > cap);
    note(&PpoSums::reference_log_ratio, d);
    note(&PpoSums::squared_reference_log_ratio, d * d);
    note(&PpoSums::reference_kl, k3);
    note(&PpoSums::entropy, entropy);
    note(&PpoSums::value_clipped, kept_error > free_error);
    note(&PpoSums::returns, target);
    note(&PpoSums::squared_returns, target * target);
    note(&PpoSums::value_errors, target - now);
    note(&PpoSums::squared_value_errors, free_error);
    if (value != nullptr) {
      value->ratio_max = std::max(value->ratio_max, ratio);
      value->ratio_min = std::min(value->ratio_min, ratio);
      value->importance_max = std::max(value->importance_max, raw);
    }
    return parts[0] + parts[1] + parts[2] + parts[3];
  }

 private:
  const PpoBatch& batch_;
  const PpoOptions& options_;
  std::vector<size_t> sequence_of_;
  std::vector<double> weight_, mean_ratio_, log_product_;
};

}  // namespace querl
