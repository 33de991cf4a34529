#include "lm/decode_rows.h"

#include <algorithm>

#include "lm/row_answer.h"

namespace querl {
namespace {

// Rows that go through the layers together. More amortise the reading of the weights, fewer keep
// the activations in the second-level cache beside them: 256 KiB of activations, and whole tiles
// of 12.
constexpr int64_t kActivationFloats = 64 * 1024;
constexpr int64_t kTileRows = 12;
// Logits that exist at a time; V may be 151 936.
constexpr int64_t kLogitFloats = 1024 * 1024;

// Rows of one pass. The sampler takes commands between passes, so this bounds how long one waits.
constexpr int64_t kPassRows = 512;
constexpr int64_t kCachedPassRows = 48;
constexpr int64_t kCachedWeights = 256 * 1024;  // floats, half of a usual cache of 2 MiB

int64_t activation_floats(const DecoderConfig& config) {
  return 2 * config.hidden_size + config.qkv_size() + config.q_size() +
         3 * config.intermediate_size;
}

void resize(std::vector<float>& floats, int64_t size) { floats.resize(static_cast<size_t>(size)); }

}  // namespace

PageShape page_shape(const DecoderConfig& config) {
  return {config.layers, config.heads, config.kv_heads, config.head_dim, FloatType::kFloat32};
}

RowDecoder::RowDecoder(const FusedWeights& weights, Isa isa)
    : weights_(weights),
      dense_(dense_kernels(isa)),
      decode_(decode_kernels(isa)),
      isa_(isa),
      shape_(querl::page_shape(weights.config())) {
  const DecoderConfig& config = weights.config();
  block_rows_ = std::clamp(kActivationFloats / activation_floats(config) / kTileRows * kTileRows,
                           4 * kTileRows, 40 * kTileRows);
  logits_rows_ = std::clamp<int64_t>(kLogitFloats / config.vocab_size, 1, block_rows_);
  positions_.resize(static_cast<size_t>(block_rows_));
  resize(hidden_, block_rows_ * config.hidden_size);
  resize(normed_, block_rows_ * config.hidden_size);
  resize(qkv_, block_rows_ * config.qkv_size());
  resize(mixed_, block_rows_ * config.q_size());
  resize(scores_, attend_scratch(shape_));
  resize(gate_up_, block_rows_ * 2 * config.intermediate_size);
  resize(activated_, block_rows_ * config.intermediate_size);
  resize(logits_, logits_rows_ * config.vocab_size);
}

// Weights that fit in the second-level cache need not be shared by many rows. What costs then is
// the keys and values, which fit only if few sessions run at a time: those that began first, to
// their end. The quickstart's model samples 174 000 tokens in a second of processor time with 48
// rows, 157 000 with 96 and 131 000 with 512 (native/benchmarks/decode.cc).
int64_t RowDecoder::pass_rows() const {
  return weights_.parameters().layout().size() <= kCachedWeights ? kCachedPassRows : kPassRows;
}

std::unique_ptr<KvStore> RowDecoder::make_store(int64_t) {
  return std::make_unique<HostKvStore>(shape_.page_bytes());
}

void RowDecoder::run(std::span<const DecodeRow> rows, std::span<RowResult> results) {
  const auto step = static_cast<size_t>(block_rows_);
  for (size_t first = 0; first < rows.size(); first += step) {
    const size_t count = std::min(step, rows.size() - first);
    run_block(rows.subspan(first, count), results.subspan(first, count));
  }
}

void RowDecoder::run_block(std::span<const DecodeRow> rows, std::span<RowResult> results) {
  const DecoderConfig& config = weights_.config();
  embed(rows);
  auto m = static_cast<int64_t>(rows.size());
  for (int64_t index = 0; index < config.layers; ++index) {
    const FusedWeights::Layer& layer = weights_.layer(index);
    dense_.rms_norm(hidden_.data(), layer.input_norm, m, config.hidden_size,
                    config.rms_norm_epsilon, normed_.data(), nullptr);
    dense_.gemm(normed_.data(), config.hidden_size, m, layer.qkv, config.qkv_size(),
                config.hidden_size, layer.qkv_bias, false, qkv_.data(), config.qkv_size());
    dense_.rope(qkv_.data(), config.qkv_size(), m, config.heads + config.kv_heads, config.head_dim,
                positions_.data(), weights_.rope_cos(), weights_.rope_sin(), 1.f);
    attend(rows, index);
    // Behind the last layer's keys and values, only the rows that sample have something to do.
    if (index == config.layers - 1) m = keep_wanted(rows);
    if (m == 0) return;
    dense_.gemm(mixed_.data(), config.q_size(), m, layer.o, config.hidden_size, config.q_size(),
                nullptr, true, hidden_.data(), config.hidden_size);
    feed_forward(index, m);
  }
  emit(rows, m, results);
}

void RowDecoder::embed(std::span<const DecodeRow> rows) {
  const int64_t size = weights_.config().hidden_size;
  for (size_t i = 0; i < rows.size(); ++i) {
    positions_[i] = rows[i].position;
    std::copy_n(weights_.embedding() + rows[i].token * size, size,
                hidden_.data() + static_cast<int64_t>(i) * size);
  }
}

void RowDecoder::attend(std::span<const DecodeRow> rows, int64_t layer) {
  const DecoderConfig& config = weights_.config();
  const bool is_last = layer == config.layers - 1;
  // All keys of the block first: a row of a prompt attends to the rows before it.
  for (size_t i = 0; i < rows.size(); ++i) {
    const float* key = qkv_.data() + static_cast<int64_t>(i) * config.qkv_size() + config.q_size();
    decode_.store_kv(shape_, key, key + config.kv_size(), layer, rows[i].position,
                     rows[i].pages->data());
  }
  for (size_t first = 0, end; first < rows.size(); first = end) {
    const DecodeRow& row = rows[first];
    end = first + 1;
    if (is_last && row.request == nullptr) continue;
    while (end < rows.size() && rows[end].pages == row.pages &&
           !(is_last && rows[end].request == nullptr))
      ++end;
    const auto at = static_cast<int64_t>(first);
    const PageRows run{.query = qkv_.data() + at * config.qkv_size(),
                       .query_stride = config.qkv_size(),
                       .out = mixed_.data() + at * config.q_size(),
                       .out_stride = config.q_size(),
                       .position = row.position,
                       .rows = static_cast<int64_t>(end - first),
                       .layer = layer,
                       .window = config.window(layer),
                       .pages = row.pages->data()};
    decode_.attend(shape_, run, 0, config.kv_heads, scores_.data());
  }
}

// Moves the rows that want logits together; returns how many there are.
int64_t RowDecoder::keep_wanted(std::span<const DecodeRow> rows) {
  const DecoderConfig& config = weights_.config();
  int64_t kept = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].request == nullptr) continue;
    const auto from = static_cast<int64_t>(i);
    if (from != kept) {
      std::copy_n(hidden_.data() + from * config.hidden_size, config.hidden_size,
                  hidden_.data() + kept * config.hidden_size);
      std::copy_n(mixed_.data() + from * config.q_size(), config.q_size(),
                  mixed_.data() + kept * config.q_size());
    }
    ++kept;
  }
  return kept;
}

void RowDecoder::feed_forward(int64_t index, int64_t m) {
  const DecoderConfig& config = weights_.config();
  const FusedWeights::Layer& layer = weights_.layer(index);
  const int64_t wide = config.intermediate_size;
  dense_.rms_norm(hidden_.data(), layer.post_norm, m, config.hidden_size, config.rms_norm_epsilon,
                  normed_.data(), nullptr);
  dense_.gemm(normed_.data(), config.hidden_size, m, layer.gate_up, 2 * wide, config.hidden_size,
              nullptr, false, gate_up_.data(), 2 * wide);
  dense_.swiglu(gate_up_.data(), m, wide, activated_.data());
  dense_.gemm(activated_.data(), wide, m, layer.down, config.hidden_size, wide, nullptr, true,
              hidden_.data(), config.hidden_size);
}

void RowDecoder::emit(std::span<const DecodeRow> rows, int64_t wanted,
                      std::span<RowResult> results) {
  const DecoderConfig& config = weights_.config();
  dense_.rms_norm(hidden_.data(), weights_.final_norm(), wanted, config.hidden_size,
                  config.rms_norm_epsilon, normed_.data(), nullptr);
  size_t row = 0;
  for (int64_t start = 0; start < wanted; start += logits_rows_) {
    const int64_t count = std::min(logits_rows_, wanted - start);
    dense_.gemm(normed_.data() + start * config.hidden_size, config.hidden_size, count,
                weights_.head(), config.vocab_size, config.hidden_size, nullptr, false,
                logits_.data(), config.vocab_size);
    for (int64_t i = 0; i < count; ++i, ++row) {
      while (rows[row].request == nullptr) ++row;
      results[row] = answer(*rows[row].request, logits_.data() + i * config.vocab_size,
                            config.vocab_size, scratch_, isa_);
    }
  }
}

}  // namespace querl
