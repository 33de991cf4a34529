// The linear weights packed for DenseKernels::gemm, forward direction, and the RoPE tables. One per
// model; shared by the sampler's shards and the fused training engine.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/dense.h"
#include "lm/parameters.h"

namespace querl {

class FusedWeights {
 public:
  struct Layer {
    const float* input_norm;  // (D)
    const float* qkv;         // packed (qkv_size, D)
    const float* qkv_bias;    // (qkv_size) or null
    const float* o;           // packed (D, q_size)
    const float* post_norm;   // (D)
    const float* gate_up;     // packed (2 F, D)
    const float* down;        // packed (D, F)
  };

  // Keeps a reference to `parameters`, which must outlive it.
  explicit FusedWeights(const Parameters& parameters);

  // Packs again after the parameters changed; the caller holds parameters.mutex() alone.
  void repack();

  // Counts repack(): what was derived from these weights is stale when it has changed.
  int64_t generation() const { return generation_; }

  const DecoderConfig& config() const { return parameters_.config(); }
  const Parameters& parameters() const { return parameters_; }
  const Layer& layer(int64_t index) const { return layers_[static_cast<size_t>(index)]; }
  const float* embedding() const;   // (V, D), as it is
  const float* final_norm() const;  // (D)
  const float* head() const;        // packed (V, D)
  // Of memory, besides the parameters.
  int64_t bytes() const {
    return static_cast<int64_t>((packed_.size() + rope_.size()) * sizeof(float));
  }
  const float* rope_cos() const;  // (max_positions, head_dim / 2)
  const float* rope_sin() const;

 private:
  const Parameters& parameters_;
  std::vector<float> packed_;
  std::vector<float> rope_;
  std::vector<Layer> layers_;
  int64_t head_offset_ = 0;
  int64_t generation_ = 0;
};

}  // namespace querl
