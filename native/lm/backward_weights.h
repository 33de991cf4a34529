// The linear weights packed for the backward direction: gradients of inputs from those of outputs.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/thread_pool.h"
#include "lm/fused_weights.h"

namespace querl {

class BackwardWeights {
 public:
  struct Layer {
    const float* qkv;      // packed (D, qkv_size)
    const float* o;        // packed (q_size, D)
    const float* gate_up;  // packed (D, 2 F)
    const float* down;     // packed (F, D)
  };

  // Keeps a reference to `weights`; packs at the first refresh().
  explicit BackwardWeights(const FusedWeights& weights) : weights_(weights) {}

  // Packs again if the weights were, since the last call.
  void refresh(ThreadPool& pool);

  const Layer& layer(int64_t index) const { return layers_[static_cast<size_t>(index)]; }
  const float* head() const { return head_; }  // packed (D, V)

 private:
  const FusedWeights& weights_;
  int64_t generation_ = -1;
  std::vector<float> packed_;
  std::vector<Layer> layers_;
  const float* head_ = nullptr;
};

}  // namespace querl
