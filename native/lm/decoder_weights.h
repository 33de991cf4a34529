// A model's weights as a decoder on the CPU multiplies with them: packed copies of those in fp32,
// those in 16 bits as they lie. Small things are derived from these in fp32: norms and biases, and
// the adapter's matrices.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "kernels/float_type.h"
#include "lm/adapter.h"
#include "lm/fused_weights.h"
#include "lm/parameters.h"

namespace querl {

// y (m, n) = x (m, k) W^T + bias, and with an adapter + u B^T, where u (m, rank) = x A^T.
struct DecoderLinear {
  const void* weights = nullptr;  // W (n, k): packed panels of fp32, or rows of 16 bits
  int64_t n = 0, k = 0;
  const float* bias = nullptr;  // (n) or null
  // W may be several matrices, one behind the other, with an adapter each. A holds those of all,
  // and B zeros where an output does not belong to a part of the rank.
  int64_t rank = 0;          // of all of them; 0: no adapter
  const float* a = nullptr;  // packed (rank, k), times the adapter's scale
  const float* b = nullptr;  // packed (n, rank)
};

class DecoderWeights {
 public:
  struct Layer {
    const float* input_norm = nullptr;  // (D)
    DecoderLinear qkv;                  // (qkv_size, D)
    const float* q_norm = nullptr;      // (head_dim) or null
    const float* k_norm = nullptr;
    DecoderLinear o;                   // (D, q_size)
    const float* post_norm = nullptr;  // (D)
    DecoderLinear gate_up, down;       // (2 F, D), (D, F)
  };

  // Of weights in fp32. References are kept, here and below; `adapter` may be null.
  DecoderWeights(const FusedWeights& packed, const Adapter* adapter);
  // Of weights in 16 bits.
  DecoderWeights(const Parameters& parameters, const Adapter* adapter);
  DecoderWeights(const DecoderWeights&) = delete;
  DecoderWeights& operator=(const DecoderWeights&) = delete;

  // Derives anew what is stale. The caller holds the parameters' mutex, at least shared.
  void refresh();

  const DecoderConfig& config() const { return parameters_.config(); }
  FloatType type() const { return parameters_.type(); }
  int64_t size() const { return parameters_.layout().size(); }
  const Layer& layer(int64_t index) const { return layers_[static_cast<size_t>(index)]; }
  const DecoderLinear& head() const { return head_; }           // (V, D)
  const float* final_norm() const { return final_norm_; }       // (D)
  const float* rope_cos() const { return rope_; }               // (max_positions, head_dim / 2)
  const float* rope_sin() const { return rope_ + rope_size_; }  // likewise
  int64_t most_rank() const { return most_rank_; }              // of a linear
  // Copies the embedding (D) of a token.
  void embed(int32_t token, float* to) const;

 private:
  struct AdapterPart {
    Adapter::Matrices matrices;
    int64_t first_output, first_rank;
  };
  struct AdaptedLinear {
    DecoderLinear* linear;
    std::vector<AdapterPart> parts;
  };

  void set_up(const FusedWeights* packed);
  const float* vector_at(int64_t offset) const;
  void adapt(DecoderLinear& linear, int64_t layer, const std::vector<LoraTarget>& targets);
  void read_vectors();
  void pack_adapter();

  const Parameters& parameters_;
  const Adapter* adapter_;
  std::vector<float> own_rope_;
  const float* rope_ = nullptr;
  int64_t rope_size_ = 0;  // of cos alone
  std::vector<Layer> layers_;
  DecoderLinear head_;
  const float* final_norm_ = nullptr;
  std::map<int64_t, int64_t> vector_places_;  // in vectors_, by the offset in the parameters
  std::vector<float> vectors_;                // empty for fp32
  std::vector<AdaptedLinear> adapted_;
  std::vector<float> packed_adapter_;
  int64_t most_rank_ = 0;
  int64_t seen_changes_ = -1, seen_version_ = -1;
};

}  // namespace querl
