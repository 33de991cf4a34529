// The shape of a decoder, as in Hugging Face's config.json. One decoder with flags is every family:
// Qwen2 (QKV bias), Qwen3 (QK norm), Llama 3 (RoPE scaling), Mistral (sliding window).
#pragma once

#include <cstdint>

namespace querl {

// How the frequencies of RoPE are changed for windows longer than those that were trained on.
struct RopeScaling {
  enum class Kind { kNone, kLinear, kLlama3 };

  Kind kind = Kind::kNone;
  float factor = 1.f;
  // kLlama3: wavelengths above original_positions / low_frequency_factor are stretched by `factor`,
  // those below original_positions / high_frequency_factor stay.
  float low_frequency_factor = 1.f;
  float high_frequency_factor = 4.f;
  int64_t original_positions = 8192;
};

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
  RopeScaling rope_scaling;
  bool qkv_bias = true;
  bool qk_norm = false;               // RMS norm of each head's queries and keys, before RoPE
  int64_t sliding_window = 0;         // keys that a query sees, its own among them; 0: all
  int64_t full_attention_layers = 0;  // the first layers, which see all keys
  bool tied_embeddings = true;
  bool value_head = false;  // a critic: one scalar per position

  int64_t q_size() const { return heads * head_dim; }
  int64_t kv_size() const { return kv_heads * head_dim; }
  int64_t qkv_size() const { return q_size() + 2 * kv_size(); }
  // Keys that a query of this layer sees, its own among them; 0: all.
  int64_t window(int64_t layer) const { return layer < full_attention_layers ? 0 : sliding_window; }
};

}  // namespace querl
