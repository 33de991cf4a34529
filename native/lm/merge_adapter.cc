#include "lm/merge_adapter.h"

#include <algorithm>
#include <vector>

namespace querl {
namespace {

// Rows of a matrix that are a task of their own.
constexpr int64_t kRows = 32;

// Where a target's matrix begins among the weights.
int64_t weights_of(const Parameters& parameters, int64_t layer, LoraTarget target) {
  const DecoderConfig& config = parameters.config();
  const ParameterLayout::Layer& at = parameters.layout().layer(layer);
  const int64_t hidden = config.hidden_size;
  switch (target) {
    case LoraTarget::kQ:
      return at.qkv;
    case LoraTarget::kK:
      return at.qkv + config.q_size() * hidden;
    case LoraTarget::kV:
      return at.qkv + (config.q_size() + config.kv_size()) * hidden;
    case LoraTarget::kO:
      return at.o;
    case LoraTarget::kGate:
      return at.gate_up;
    case LoraTarget::kUp:
      return at.gate_up + config.intermediate_size * hidden;
    case LoraTarget::kDown:
      break;
  }
  return at.down;
}

// `rows` rows of W, (out, in), from `weights` on.
void merge_rows(const float* a, const float* b, float scale, int64_t rank, int64_t rows, int64_t in,
                float* weights) {
  for (int64_t row = 0; row < rows; ++row) {
    float* to = weights + row * in;
    for (int64_t r = 0; r < rank; ++r) {
      const float factor = scale * b[row * rank + r];
      const float* from = a + r * in;
      for (int64_t i = 0; i < in; ++i) to[i] += factor * from[i];
    }
  }
}

}  // namespace

void merge_adapter(const Adapter& adapter, Parameters& weights, Parallel& parallel) {
  const int64_t rank = adapter.lora().rank;
  for (int64_t layer = 0; layer < weights.config().layers; ++layer) {
    for (int64_t index = 0; index < kLoraTargets; ++index) {
      const auto target = static_cast<LoraTarget>(index);
      const Adapter::Matrices& of = adapter.at(layer, target);
      if (of.a < 0) continue;
      std::vector<float> a(static_cast<size_t>(rank * of.in)),
          b(static_cast<size_t>(of.out * rank));
      adapter.read(of.a, rank * of.in, a.data());
      adapter.read(of.b, of.out * rank, b.data());
      const int64_t start = weights_of(weights, layer, target);
      parallel.run((of.out + kRows - 1) / kRows, [&](int64_t task, int) {
        const int64_t first = task * kRows, rows = std::min(kRows, of.out - first);
        std::vector<float> block(static_cast<size_t>(rows * of.in));
        weights.read(start + first * of.in, rows * of.in, block.data());
        merge_rows(a.data(), b.data() + first * rank, adapter.scale(), rank, rows, of.in,
                   block.data());
        weights.write(start + first * of.in, rows * of.in, block.data());
      });
    }
  }
  if (adapter.value_head() >= 0 && weights.layout().value_head() >= 0) {
    const int64_t hidden = weights.config().hidden_size;
    std::vector<float> head(static_cast<size_t>(hidden) + 1);
    adapter.read(adapter.value_head(), hidden + 1, head.data());
    weights.write(weights.layout().value_head(), hidden, head.data());
    weights.write(weights.layout().value_bias(), 1, head.data() + hidden);
  }
}

}  // namespace querl
