// The shape of a Qwen2-style decoder, as in Hugging Face's config.json.
#pragma once

#include <cstdint>

namespace querl {

struct DecoderConfig {
  int64_t vocab_size = 0;         // V
  int64_t hidden_size = 0;        // D
  int64_t intermediate_size = 0;  // F
  int64_t layers = 0;
  int64_t heads = 0;
  int64_t kv_heads = 0;
  int64_t head_dim = 0;
  int64_t max_positions = 0;  // the window, in tokens
  float rms_norm_epsilon = 1e-6f;
  float rope_theta = 10000.f;
  bool qkv_bias = true;
  bool tied_embeddings = true;
  bool value_head = false;  // a critic: one scalar per position

  int64_t q_size() const { return heads * head_dim; }
  int64_t kv_size() const { return kv_heads * head_dim; }
  int64_t qkv_size() const { return q_size() + 2 * kv_size(); }
};

}  // namespace querl
