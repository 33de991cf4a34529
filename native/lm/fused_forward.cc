#include <algorithm>

#include "lm/errors.h"
#include "lm/fused_attention.h"
#include "lm/fused_block.h"

namespace querl {
namespace {

// Logits that exist at once: a few rows must share a reading of the head; 512 KiB stay in the
// cache.
constexpr int64_t kHeadRows = 24;
constexpr int64_t kLogitFloats = int64_t{1} << 17;

}  // namespace

void FusedBlock::assign(const TokenBatch& batch, const BlockRange& range,
                        const RowSelection& selection, bool trains, int64_t kept_floats) {
  rows_.assign(batch, range, selection);
  recomputes_ = trains && layer_floats() > kept_floats / config().layers;
  arena_.lay_out([&](Arena& arena) { lay_out(arena, trains); });
}

int64_t FusedBlock::layer_floats() const {
  const DecoderConfig& shape = config();
  const int64_t heads =
      shape.qk_norm ? shape.q_size() + shape.kv_size() + shape.heads + shape.kv_heads : 0;
  return rows_.count() * (heads + 4 * shape.hidden_size + shape.qkv_size() + shape.q_size() +
                          3 * shape.intermediate_size + shape.heads + 2);
}

int64_t FusedBlock::head_rows() const {
  return std::clamp(kLogitFloats / config().vocab_size, kHeadRows,
                    std::max(kHeadRows, rows_.selected_count()));
}

// A pass that is not for training computes every layer in the same state, with two inputs in turn.
void FusedBlock::lay_out(Arena& arena, bool trains) {
  const DecoderConfig& shape = config();
  const int64_t m = rows_.count(), n = rows_.selected_count(), width = shape.hidden_size;
  const bool shares = recomputes_ || !trains;
  states_.clear();
  for (int64_t i = 0; i < shape.layers; ++i) {
    float* x = trains || i < 2 ? arena.take(m * width) : state(i - 2).x;
    states_.push_back(shares && i > 0 && !is_last(i) ? states_.front()
                                                     : lay_out_layer(arena, m, is_last(i)));
    states_.back().x = x;
  }
  top_ = arena.take(n * width);
  hidden_ = arena.take(n * width);
  inverse_ = arena.take(n);
  logits_ = arena.take(head_rows() * shape.vocab_size);
  int64_t longest = 0;
  for (const BlockSequence& sequence : rows_.sequences) longest = std::max(longest, sequence.rows);
  attention_ = arena.take(attention_scratch(longest, shape.head_dim));
  if (trains) lay_out_gradients(arena);
}

LayerState FusedBlock::lay_out_layer(Arena& arena, int64_t m, bool last) {
  const DecoderConfig& shape = config();
  const int64_t rows = last ? rows_.selected_count() : m;
  LayerState s{};
  s.normed = arena.take(m * shape.hidden_size);
  s.inverse = arena.take(m);
  s.qkv = arena.take(m * shape.qkv_size());
  if (shape.qk_norm) {
    s.raw_heads = arena.take(m * (shape.q_size() + shape.kv_size()));
    s.inverse_heads = arena.take(m * (shape.heads + shape.kv_heads));
  }
  s.q = last ? arena.take(rows * shape.q_size()) : s.qkv;
  s.log_sums = arena.take(rows * shape.heads);
  s.attended = arena.take(rows * shape.q_size());
  s.middle = arena.take(rows * shape.hidden_size);
  s.normed2 = arena.take(rows * shape.hidden_size);
  s.inverse2 = arena.take(rows);
  s.gate_up = arena.take(rows * 2 * shape.intermediate_size);
  s.activated = arena.take(rows * shape.intermediate_size);
  return s;
}

void FusedBlock::lay_out_gradients(Arena& arena) {
  const DecoderConfig& shape = config();
  const int64_t m = rows_.count(), n = rows_.selected_count();
  d_hidden_ = arena.take(n * shape.hidden_size);
  d_x_ = arena.take(m * shape.hidden_size);
  d_other_ = arena.take(m * shape.hidden_size);
  d_normed_ = arena.take(m * shape.hidden_size);
  d_activated_ = arena.take(m * shape.intermediate_size);
  d_attended_ = arena.take(m * shape.q_size());
  d_qkv_ = arena.take(m * shape.qkv_size());
  d_q_ = arena.take(n * shape.q_size());
  if (shape.qk_norm) d_raw_heads_ = arena.take(shape.q_size() + shape.kv_size());
}

const float* FusedBlock::forward(const std::stop_token& stop) {
  const int64_t width = config().hidden_size;
  for (int64_t row = 0; row < rows_.count(); ++row)
    std::copy_n(weights_.embedding() + rows_.tokens[static_cast<size_t>(row)] * width, width,
                state(0).x + row * width);
  for (int64_t layer = 0; layer < config().layers; ++layer) {
    if (stop.stop_requested()) throw Cancelled();
    forward_layer(layer);
  }
  dense_.rms_norm(top_, weights_.final_norm(), rows_.selected_count(), width,
                  config().rms_norm_epsilon, hidden_, inverse_);
  return hidden_;
}

void FusedBlock::forward_layer(int64_t layer) {
  attend(layer);
  forward_mlp(layer);
}

void FusedBlock::attend(int64_t layer) {
  const DecoderConfig& shape = config();
  const FusedWeights::Layer& weights = weights_.layer(layer);
  const LayerState& s = state(layer);
  const int64_t m = rows_.count(), width = shape.hidden_size, stride = shape.qkv_size();
  dense_.rms_norm(s.x, weights.input_norm, m, width, shape.rms_norm_epsilon, s.normed, s.inverse);
  dense_.gemm(s.normed, width, m, weights.qkv, stride, width, weights.qkv_bias, false, s.qkv,
              stride);
  if (shape.qk_norm) norm_heads(layer);
  dense_.rope(s.qkv, stride, m, shape.heads + shape.kv_heads, shape.head_dim,
              rows_.positions.data(), weights_.rope_cos(), weights_.rope_sin(), 1.f);
  if (is_last(layer)) {
    for (size_t i = 0; i < rows_.selected.size(); ++i) {
      const int64_t row = rows_.selected[i], to = static_cast<int64_t>(i);
      std::copy_n(s.qkv + row * stride, shape.q_size(), s.q + to * shape.q_size());
      std::copy_n(s.x + row * width, width, s.middle + to * width);
    }
  } else {
    std::copy_n(s.x, m * width, s.middle);
  }
  for (const BlockSequence& sequence : rows_.sequences) {
    const SequenceAttention at = attention_of(layer, sequence);
    causal_attention(at.rows, s.attended + at.first * shape.q_size(),
                     s.log_sums + at.first * shape.heads, attention_);
  }
  dense_.gemm(s.attended, shape.q_size(), rows_behind_attention(layer), weights.o, width,
              shape.q_size(), nullptr, true, s.middle, width);
}

void FusedBlock::forward_mlp(int64_t layer) {
  const DecoderConfig& shape = config();
  const FusedWeights::Layer& weights = weights_.layer(layer);
  const LayerState& s = state(layer);
  const int64_t rows = rows_behind_attention(layer), width = shape.hidden_size;
  const int64_t inner = shape.intermediate_size;
  dense_.rms_norm(s.middle, weights.post_norm, rows, width, shape.rms_norm_epsilon, s.normed2,
                  s.inverse2);
  dense_.gemm(s.normed2, width, rows, weights.gate_up, 2 * inner, width, nullptr, false, s.gate_up,
              2 * inner);
  dense_.swiglu(s.gate_up, rows, inner, s.activated);
  std::copy_n(s.middle, rows * width, output(layer));
  dense_.gemm(s.activated, inner, rows, weights.down, width, inner, nullptr, true, output(layer),
              width);
}

}  // namespace querl
