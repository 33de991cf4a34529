// All weights of a model in one flat fp32 buffer, with the names and shapes of Hugging Face.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lm/decoder_config.h"
#include "lm/fair_shared_mutex.h"

namespace querl {

struct ParameterSpec {
  std::string name;  // "model.layers.0.self_attn.q_proj.weight"
  std::vector<int64_t> shape;
  int64_t offset = 0;  // in floats
  int64_t count = 0;
};

// Where each weight lies. The weights that one product reads lie together: q, k, v are one (q_size
// + 2 kv_size, D) matrix with one bias, gate and up one (2 F, D) matrix.
class ParameterLayout {
 public:
  struct Layer {
    int64_t input_norm, qkv, qkv_bias, o, post_norm, gate_up, down;  // qkv_bias -1 without bias
  };

  explicit ParameterLayout(const DecoderConfig& config);

  const std::vector<ParameterSpec>& specs() const { return specs_; }
  const Layer& layer(int64_t index) const { return layers_[static_cast<size_t>(index)]; }
  int64_t embedding() const { return embedding_; }    // (V, D)
  int64_t final_norm() const { return final_norm_; }  // (D)
  int64_t head() const { return head_; }              // (V, D); the embedding where they are tied
  int64_t value_head() const { return value_head_; }  // (1, D), its bias behind it; -1 without one
  int64_t value_bias() const { return value_bias_; }  // (1); -1 without one
  int64_t size() const { return size_; }              // floats

 private:
  int64_t add(std::string name, std::vector<int64_t> shape);

  std::vector<ParameterSpec> specs_;
  std::vector<Layer> layers_;
  int64_t embedding_ = 0, final_norm_ = 0, head_ = 0, value_head_ = -1, value_bias_ = -1, size_ = 0;
};

// Readers (sampler shards) hold mutex() shared for one pass; the optimiser holds it alone.
class Parameters {
 public:
  explicit Parameters(const DecoderConfig& config);  // zeros

  const DecoderConfig& config() const { return config_; }
  const ParameterLayout& layout() const { return layout_; }
  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  FairSharedMutex& mutex() const { return mutex_; }

  // Counts the changes of the weights: the policy version.
  int64_t version() const { return version_.load(std::memory_order_acquire); }
  void set_version(int64_t version) { version_.store(version, std::memory_order_release); }

 private:
  struct Free {
    void operator()(float* data) const;
  };

  DecoderConfig config_;
  ParameterLayout layout_;
  std::unique_ptr<float[], Free> data_;  // aligned to 64 bytes
  mutable FairSharedMutex mutex_;
  std::atomic<int64_t> version_{0};
};

}  // namespace querl
