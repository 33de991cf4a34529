#include "lm/training_memory.h"

#include <algorithm>
#include <array>

#include "kernels/outer_product.h"

namespace querl {
namespace {

// What the product of a weight's gradient takes, for the largest of the layer's weights.
int64_t product_bytes(const DecoderConfig& c, FloatType type, int threads, int64_t rows) {
  if (type == FloatType::kFloat32) return 0;  // sums to the gradient itself
  const std::array<std::array<int64_t, 2>, 4> shapes{{{c.qkv_size(), c.hidden_size},
                                                      {c.hidden_size, c.q_size()},
                                                      {2 * c.intermediate_size, c.hidden_size},
                                                      {c.hidden_size, c.intermediate_size}}};
  int64_t most = 0;
  for (const auto& [out, in] : shapes) {
    const OuterProduct job{rows, out, in, {}, {}, nullptr, in};
    const int64_t bytes = type == FloatType::kBfloat16
                              ? static_cast<int64_t>(outer_product_bytes(job, threads))
                              : 2 * out * in;
    most = std::max(most, bytes);
  }
  return most;
}

}  // namespace

int64_t training_bytes(const DecoderConfig& c, FloatType type, const EngineOptions& options,
                       int64_t rows, int64_t read_rows) {
  const int64_t wide = 4 * c.hidden_size;  // a row of the stream
  const int64_t bytes = float_bytes(type);
  const int64_t hidden = bytes * c.hidden_size, q = bytes * c.q_size();
  const int64_t qkv = bytes * c.qkv_size(), inner = bytes * c.intermediate_size;
  const bool gathers = read_rows < rows;  // in the last layer
  const int64_t layers = options.checkpoints ? 1 : c.layers;

  int64_t attention_row = 4 + qkv + q + 4 * c.heads;
  if (c.qk_norm) attention_row += bytes * (c.q_size() + c.kv_size()) + 4 * (c.heads + c.kv_heads);
  const int64_t mlp_row = 4 + hidden + 2 * inner;
  // One that serves all layers is as large as the largest.
  const int64_t last_rows = gathers && (layers > 1 || c.layers == 1) ? read_rows : rows;
  const int64_t kept = layers * attention_row * rows + mlp_row * ((layers - 1) * rows + last_rows);

  int64_t work = rows * (wide + 4 * hidden + 2 * inner + q + qkv);
  if (type == FloatType::kFloat32) work -= rows * hidden;  // the stream's gradient is an operand
  if (gathers) work += read_rows * (wide + q) + rows * (wide + q);
  const int64_t head = read_rows * (wide + hidden + 4);
  return c.layers * wide * rows + kept + work + head +
         product_bytes(c, type, options.threads, rows);
}

}  // namespace querl
