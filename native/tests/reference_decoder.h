// A decoder with the flags of all families, and its losses, in scalar float64, written from the
// papers: the twin that the engines are checked against. Shares no code with them but the layout's
// names.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numbers>
#include <string>
#include <variant>
#include <vector>

#include "lm/adapter.h"
#include "lm/parameters.h"
#include "lm/training_engine.h"

namespace querl {

class ReferenceDecoder {
 public:
  explicit ReferenceDecoder(const Parameters& parameters) : config_(parameters.config()) {
    for (const ParameterSpec& spec : parameters.layout().specs()) {
      std::vector<float> numbers(static_cast<size_t>(spec.count));
      parameters.read(spec.offset, spec.count, numbers.data());
      weights_[spec.name].assign(numbers.begin(), numbers.end());
    }
  }

  // Merges an adapter: W + scale B A.
  void add(const Adapter& adapter) {
    const std::string prefix = "base_model.model.";
    std::map<std::string, std::vector<float>> matrices;
    for (const ParameterSpec& spec : adapter.specs()) {
      const float* from = adapter.data() + spec.offset;
      matrices[spec.name].assign(from, from + spec.count);
    }
    for (const ParameterSpec& spec : adapter.specs()) {
      const size_t at = spec.name.find(".lora_A.weight");
      if (at == std::string::npos) continue;
      const std::string stem = spec.name.substr(0, at);
      const auto rank = static_cast<size_t>(spec.shape[0]), in = static_cast<size_t>(spec.shape[1]);
      const std::vector<float>&a = matrices[spec.name], &b = matrices[stem + ".lora_B.weight"];
      std::vector<double>& w = weight(stem.substr(prefix.size()) + ".weight");
      for (size_t i = 0; i < w.size(); ++i)
        for (size_t r = 0; r < rank; ++r)
          w[i] += double{adapter.scale()} * b[i / in * rank + r] * a[r * in + i % in];
    }
  }

  std::vector<double>& weight(const std::string& name) { return weights_.at(name); }

  // Final normed states of one sequence, (T, D).
  std::vector<std::vector<double>> hidden(const int32_t* tokens, int64_t count) const {
    std::vector<std::vector<double>> x;
    for (int64_t t = 0; t < count; ++t) {
      const double* row = at("model.embed_tokens.weight").data() + tokens[t] * config_.hidden_size;
      x.emplace_back(row, row + config_.hidden_size);
    }
    for (int64_t i = 0; i < config_.layers; ++i)
      layer("model.layers." + std::to_string(i) + ".", config_.window(i), x);
    for (auto& row : x) row = norm(row, "model.norm.weight");
    return x;
  }

  std::vector<double> logits(const std::vector<double>& state) const {
    return linear(state, config_.tied_embeddings ? "model.embed_tokens.weight" : "lm_head.weight",
                  "");
  }

  double value(const std::vector<double>& state) const {
    return linear(state, "value_head.weight", "value_head.bias")[0];
  }

 private:
  const std::vector<double>& at(const std::string& name) const { return weights_.at(name); }

  std::vector<double> linear(const std::vector<double>& x, const std::string& weight,
                             const std::string& bias) const {
    const std::vector<double>& w = at(weight);
    std::vector<double> y(w.size() / x.size());
    for (size_t o = 0; o < y.size(); ++o) {
      y[o] = bias.empty() || !weights_.contains(bias) ? 0 : at(bias)[o];
      for (size_t i = 0; i < x.size(); ++i) y[o] += w[o * x.size() + i] * x[i];
    }
    return y;
  }

  std::vector<double> norm(const std::vector<double>& x, const std::string& gain) const {
    double squares = 0;
    for (const double v : x) squares += v * v;
    const double rms = std::sqrt(squares / double(x.size()) + double(config_.rms_norm_epsilon));
    std::vector<double> y(x);
    for (size_t i = 0; i < y.size(); ++i) y[i] = x[i] / rms * at(gain)[i];
    return y;
  }

  void norm_heads(std::vector<double>& heads, const std::string& gain) const {
    const auto size = static_cast<std::ptrdiff_t>(config_.head_dim);
    for (auto head = heads.begin(); head != heads.end(); head += size) {
      const auto normed = norm(std::vector<double>(head, head + size), gain);
      std::copy(normed.begin(), normed.end(), head);
    }
  }

  // Radians per position of coordinate i.
  double frequency(int64_t i) const {
    const RopeScaling& scaling = config_.rope_scaling;
    const double plain =
        std::pow(double(config_.rope_theta), -2. * double(i) / double(config_.head_dim));
    const double turns = double(scaling.original_positions) * plain / (2 * std::numbers::pi);
    switch (scaling.kind) {
      case RopeScaling::Kind::kLinear:
        return plain / double(scaling.factor);
      case RopeScaling::Kind::kLlama3: {
        // How much of it stays: all where it turns often in the original window, none where seldom.
        const double kept =
            std::clamp((turns - double(scaling.low_frequency_factor)) /
                           double(scaling.high_frequency_factor - scaling.low_frequency_factor),
                       0., 1.);
        return plain * (kept + (1 - kept) / double(scaling.factor));
      }
      case RopeScaling::Kind::kNone:
        break;
    }
    return plain;
  }

  void rotate(std::vector<double>& heads, int64_t position) const {
    const int64_t size = config_.head_dim, half = size / 2;
    for (int64_t start = 0; start < static_cast<int64_t>(heads.size()); start += size)
      for (int64_t i = 0; i < half; ++i) {
        const double angle = double(position) * frequency(i);
        double& left = heads[size_t(start + i)];
        double& right = heads[size_t(start + i + half)];
        const double turned = left * std::cos(angle) - right * std::sin(angle);
        right = right * std::cos(angle) + left * std::sin(angle);
        left = turned;
      }
  }

  void layer(const std::string& name, int64_t window, std::vector<std::vector<double>>& x) const {
    std::vector<std::vector<double>> q, k, v;
    for (size_t t = 0; t < x.size(); ++t) {
      const auto normed = norm(x[t], name + "input_layernorm.weight");
      const auto project = [&](const char* which) {
        const std::string stem = name + "self_attn." + which;
        return linear(normed, stem + ".weight", stem + ".bias");
      };
      q.push_back(project("q_proj"));
      k.push_back(project("k_proj"));
      v.push_back(project("v_proj"));
      if (config_.qk_norm) {
        norm_heads(q[t], name + "self_attn.q_norm.weight");
        norm_heads(k[t], name + "self_attn.k_norm.weight");
      }
      rotate(q[t], int64_t(t));
      rotate(k[t], int64_t(t));
    }
    for (size_t t = 0; t < x.size(); ++t) {
      const auto out =
          linear(attend(q[t], k, v, t + 1, window), name + "self_attn.o_proj.weight", "");
      for (size_t i = 0; i < out.size(); ++i) x[t][i] += out[i];
      const auto normed = norm(x[t], name + "post_attention_layernorm.weight");
      auto gate = linear(normed, name + "mlp.gate_proj.weight", "");
      const auto up = linear(normed, name + "mlp.up_proj.weight", "");
      for (size_t i = 0; i < gate.size(); ++i) gate[i] *= up[i] / (1 + std::exp(-gate[i]));
      const auto down = linear(gate, name + "mlp.down_proj.weight", "");
      for (size_t i = 0; i < down.size(); ++i) x[t][i] += down[i];
    }
  }

  std::vector<double> attend(const std::vector<double>& q,
                             const std::vector<std::vector<double>>& k,
                             const std::vector<std::vector<double>>& v, size_t seen,
                             int64_t window) const {
    const size_t first = window > 0 && seen > size_t(window) ? seen - size_t(window) : 0;
    const auto size = static_cast<size_t>(config_.head_dim);
    std::vector<double> out(q.size());
    for (size_t head = 0; head < size_t(config_.heads); ++head) {
      const size_t kv = head / size_t(config_.heads / config_.kv_heads) * size;
      std::vector<double> weights(seen);
      double total = 0;
      for (size_t t = first; t < seen; ++t) {
        double score = 0;
        for (size_t i = 0; i < size; ++i) score += q[head * size + i] * k[t][kv + i];
        total += weights[t] = std::exp(score / std::sqrt(double(size)));
      }
      for (size_t t = first; t < seen; ++t)
        for (size_t i = 0; i < size; ++i) out[head * size + i] += weights[t] / total * v[t][kv + i];
    }
    return out;
  }

  DecoderConfig config_;
  std::map<std::string, std::vector<double>> weights_;
};

// What the decoder says about the tokens of a batch, (T).
struct ReferenceScores {
  std::vector<double> logprobs, entropies, values;
};

inline ReferenceScores reference_scores(const ReferenceDecoder& decoder, const TokenBatch& batch,
                                        const LogitOptions& options, bool with_values) {
  const auto count = static_cast<size_t>(batch.count());
  ReferenceScores scores{std::vector<double>(count), std::vector<double>(count),
                         std::vector<double>(count)};
  for (int64_t s = 0; s < batch.sequences; ++s) {
    const int64_t start = batch.offsets[s], length = batch.offsets[s + 1] - start;
    const auto states = decoder.hidden(batch.tokens + start, length);
    for (int64_t i = 1; i < length; ++i) {
      const auto t = static_cast<size_t>(start + i);
      const auto& state = states[size_t(i - 1)];
      if (with_values) scores.values[t] = decoder.value(state);
      auto logits = decoder.logits(state);
      for (double& x : logits) x /= double(options.temperature);
      for (const int32_t id : options.banned)
        logits[size_t(id)] = -std::numeric_limits<double>::infinity();
      double total = 0;
      for (const double x : logits) total += std::exp(x);
      for (const double x : logits)
        if (std::exp(x) > 0) scores.entropies[t] -= std::exp(x) / total * (x - std::log(total));
      scores.logprobs[t] = logits[size_t(batch.tokens[t])] - std::log(total);
    }
  }
  return scores;
}

// The losses of training_engine.h, over all tokens but the first of each sequence.
inline double reference_loss(const ReferenceDecoder& decoder, const TokenBatch& batch,
                             const Loss& loss, const LogitOptions& options) {
  const auto* value_loss = std::get_if<ValueLoss>(&loss);
  const auto scores = reference_scores(decoder, batch, options, value_loss != nullptr);
  double total = 0;
  const auto term = [&](int64_t t) {
    const double logprob = scores.logprobs[size_t(t)];
    if (value_loss != nullptr) {
      const double value = scores.values[size_t(t)], goal = double(value_loss->returns[t]);
      const double old = double(value_loss->old_values[t]), room = double(value_loss->clip);
      const double kept = std::fmin(std::fmax(value, old - room), old + room);
      return 0.5 * std::fmax((value - goal) * (value - goal), (kept - goal) * (kept - goal));
    }
    const auto* policy = std::get_if<PolicyLoss>(&loss);
    if (policy == nullptr) return -logprob;
    const double ratio = std::exp(logprob - double(policy->old_logprobs[t]));
    const double low = 1 - double(policy->clip.low), high = 1 + double(policy->clip.high);
    const double advantage = double(policy->advantages[t]);
    double sum = -std::fmin(ratio * advantage, std::fmin(std::fmax(ratio, low), high) * advantage);
    if (policy->reference_logprobs != nullptr) {
      const double away = double(policy->reference_logprobs[t]) - logprob;
      sum += double(policy->kl_coefficient) * (std::exp(away) - 1 - away);
    }
    return sum - double(policy->entropy_coefficient) * scores.entropies[size_t(t)];
  };
  const float* weights = std::visit([](const auto& it) { return it.weights; }, loss);
  for (int64_t s = 0; s < batch.sequences; ++s)
    for (int64_t t = batch.offsets[s] + 1; t < batch.offsets[s + 1]; ++t)
      if (weights[t] != 0.f) total += double(weights[t]) * term(t);
  return total;
}

}  // namespace querl
