// All weights of a model in one flat buffer, with the names and shapes of Hugging Face.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/float_type.h"
#include "lm/decoder_config.h"
#include "lm/device.h"
#include "lm/fair_shared_mutex.h"

namespace querl {

struct ParameterSpec {
  std::string name;  // "model.layers.0.self_attn.q_proj.weight"
  std::vector<int64_t> shape;
  int64_t offset = 0;  // in numbers
  int64_t count = 0;
};

// Where each weight lies. The weights that one product reads lie together: q, k, v are one (q_size
// + 2 kv_size, D) matrix with one bias, gate and up one (2 F, D) matrix.
class ParameterLayout {
 public:
  struct Layer {
    // qkv_bias is -1 without bias; q_norm and k_norm, (head_dim), are -1 without them.
    int64_t input_norm, qkv, qkv_bias, q_norm, k_norm, o, post_norm, gate_up, down;
  };

  explicit ParameterLayout(const DecoderConfig& config);

  const std::vector<ParameterSpec>& specs() const { return specs_; }
  const Layer& layer(int64_t index) const { return layers_[static_cast<size_t>(index)]; }
  int64_t embedding() const { return embedding_; }    // (V, D)
  int64_t final_norm() const { return final_norm_; }  // (D)
  int64_t head() const { return head_; }              // (V, D); the embedding where they are tied
  int64_t value_head() const { return value_head_; }  // (1, D), its bias behind it; -1 without one
  int64_t value_bias() const { return value_bias_; }  // (1); -1 without one
  int64_t size() const { return size_; }              // numbers

 private:
  int64_t add(std::string name, std::vector<int64_t> shape);

  std::vector<ParameterSpec> specs_;
  std::vector<Layer> layers_;
  int64_t embedding_ = 0, final_norm_ = 0, head_ = 0, value_head_ = -1, value_bias_ = -1, size_ = 0;
};

// Readers (sampler shards) hold mutex() shared for one pass; the optimiser holds it alone.
class Parameters {
 public:
  // Zeros.
  explicit Parameters(const DecoderConfig& config, FloatType type = FloatType::kFloat32,
                      std::shared_ptr<Device> device = host_device());

  const DecoderConfig& config() const { return config_; }
  const ParameterLayout& layout() const { return layout_; }
  FloatType type() const { return type_; }
  Device& device() const { return *device_; }
  // The weights as they are stored, in the device's memory; row-major, matrices begin at multiples
  // of 64 bytes if their sizes are multiples of 32 numbers.
  void* raw() { return data_.get(); }
  const void* raw() const { return data_.get(); }
  const void* raw(int64_t offset) const { return data_.get() + offset * float_bytes(type_); }
  int64_t bytes() const { return layout_.size() * float_bytes(type_); }
  // The same, of a model that is stored in fp32 on this machine. Throws ERR_QUERL_ARGUMENT for
  // others.
  float* data();
  const float* data() const;
  // `count` weights from `offset` on, to and from fp32. Rounds to nearest, ties to even.
  void read(int64_t offset, int64_t count, float* to) const;
  void write(int64_t offset, int64_t count, const float* from);
  FairSharedMutex& mutex() const { return mutex_; }

  // Counts the changes of the weights: the policy version.
  int64_t version() const { return version_.load(std::memory_order_acquire); }
  void set_version(int64_t version) { version_.store(version, std::memory_order_release); }

  // Counts every change of the numbers, the adapter's too, by steps and from outside: what was
  // derived from them is stale when it has moved. Who counts holds mutex() alone.
  int64_t changes() const { return changes_.load(std::memory_order_acquire); }
  void count_change() { changes_.fetch_add(1, std::memory_order_acq_rel); }

 private:
  DecoderConfig config_;
  ParameterLayout layout_;
  FloatType type_;
  std::shared_ptr<Device> device_;
  std::shared_ptr<std::byte> data_;
  mutable FairSharedMutex mutex_;
  std::atomic<int64_t> version_{0}, changes_{0};
};

}  // namespace querl
