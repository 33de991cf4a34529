#include "lm/encoder_block.h"

#include <algorithm>
#include <cmath>

#include "kernels/varlen_attention.h"

namespace querl {
namespace {

// Outputs that one thread computes of all rows, and finishes while they are in the second-level
// cache: of a product of 16 bits, whose result goes on in another form, and of one of fp32.
constexpr int64_t kTileOutputs = 64;
constexpr int64_t kColumns = 512;

// A text's vector shorter than this is not made longer, as in PyTorch.
constexpr double kShortest = 1e-12;

const HalfLinearKernels* half_kernels(FloatType type, const LinearIsa& isa) {
  if (type == FloatType::kFloat32 || tile_linear_kernels(type, isa) != nullptr) return nullptr;
  return &half_linear_kernels(type, isa.isa, isa.bf16);
}

static_assert(kTileRowPanel == kHalfPanel && kTileOutputPanel == kPanel);

}  // namespace

EncoderKernels::EncoderKernels(FloatType type, const LinearIsa& isa_of)
    : isa(isa_of),
      dense(dense_kernels(isa_of.isa)),
      tiles(tile_linear_kernels(type, isa_of)),
      half(half_kernels(type, isa_of)),
      rows(half_row_kernels(isa_of.isa)) {}

EncoderBlock::EncoderBlock(const EncoderWeights& weights, const EncoderKernels& kernels,
                           int threads)
    : weights_(weights),
      kernels_(kernels),
      config_(weights.config()),
      attention_type_(weights.type() == FloatType::kBfloat16 ? FloatType::kBfloat16
                                                             : FloatType::kFloat32),
      threads_(threads) {}

void EncoderBlock::load(const EncoderBatch& batch, int64_t first, int64_t end,
                        const EncoderRequest& request) {
  batch_ = batch;
  request_ = request;
  first_ = first;
  texts_ = end - first;
  first_token_ = batch.offsets[first];
  rows_ = batch.offsets[end] - first_token_;
  stopped_ = false;
  text_of_.clear();
  for (int64_t text = 0; text < texts_; ++text)
    text_of_.resize(static_cast<size_t>(first_row(text + 1)), text);
  arena_.lay_out([this](Arena& arena) { lay_out(arena); });
}

void EncoderBlock::lay_out(Arena& arena) {
  const int64_t size = config_.hidden_size, wide = config_.intermediate_size;
  const int64_t words = attention_type_ == FloatType::kFloat32 ? 1 : 2;  // numbers in a float
  x_ = arena.take(rows_ * size);
  qkv_ = arena.take(rows_ * 3 * size / words + 1);
  mixed_ = arena.take(rows_ * size / words + 1);
  tiles_.clear();
  if (kernels_.tiles != nullptr) {
    const auto packed = [&](int64_t k) {
      return arena.take(kernels_.tiles->packed_bytes(rows_, k) / int64_t{sizeof(float)});
    };
    packed_ = packed(size);
    packed_wide_ = packed(wide);
    const int64_t room = kernels_.tiles->room_bytes(std::max(size, wide)) / int64_t{sizeof(float)};
    for (int thread = 0; thread < threads_; ++thread) tiles_.push_back(arena.take(room));
  } else if (kernels_.half != nullptr) {
    const auto packed = [&](int64_t k) {
      return arena.take(kernels_.half->packed_bytes(std::max<int64_t>(rows_, 2), k) /
                        int64_t{sizeof(float)});
    };
    packed_ = packed(size);
    packed_wide_ = packed(wide);
    for (int thread = 0; thread < threads_; ++thread)
      tiles_.push_back(arena.take(std::max(rows_ * kTileOutputs, kHalfPanel * size)));
  } else {
    wide_ = arena.take(rows_ * wide);
  }
  if (!request_.labels) return;
  head_ = arena.take(texts_ * size);
  labels_ = arena.take(texts_ * config_.labels);
}

void EncoderBlock::run(const Share& share, const std::stop_token& stop) {
  const int64_t size = config_.hidden_size;
  int64_t m = rows_;
  Range own = share.of(m, kHalfPanel);
  embed(own);
  norm_and_pack(own, m, weights_.embedding_norm());
  for (int64_t index = 0; index < config_.layers; ++index) {
    const EncoderWeights::Layer& layer = weights_.layer(index);
    const bool reads_one = index == config_.layers - 1 && request_.reads_one();
    if (share.thread == 0) {
      stopped_ = stop.stop_requested();
      taken_.store(0, std::memory_order_relaxed);
    }
    share.meet();
    if (stopped_) return;
    project(share, layer.qkv);
    share.meet();
    attend(share, reads_one);
    share.meet();
    if (reads_one) {
      if (share.thread == 0) keep_read_rows();
      m = texts_;
      own = share.of(m, kHalfPanel);
      share.meet();
    }
    pack_mixed(own, m);
    share.meet();
    const Range outputs = share.of(size, kPanel);
    multiply({m, layer.out, mixed_, packed_, true, share.thread}, outputs, x_ + outputs.begin,
             size);
    share.meet();
    norm_and_pack(own, m, layer.attention_norm);
    share.meet();
    widen(share, layer.up, m);
    share.meet();
    multiply({m, layer.down, wide_, packed_wide_, true, share.thread}, outputs, x_ + outputs.begin,
             size);
    share.meet();
    norm_and_pack(own, m, layer.norm);
  }
  share.meet();
  if (request_.labels) return classify(share);
  const Range texts = share.of(texts_, 1);
  for (int64_t text = texts.begin; text < texts.end; ++text) pool(text);
}

void EncoderBlock::embed(Range rows) {
  for (int64_t row = rows.begin; row < rows.end; ++row) {
    const int64_t at = first_token_ + row;
    const int32_t type = batch_.token_types == nullptr ? 0 : batch_.token_types[at];
    weights_.embed(batch_.tokens[at], type, row - first_row(text_of_[static_cast<size_t>(row)]),
                   x_ + row * config_.hidden_size);
  }
}

// Rows of a panel are packed while they are in the first-level cache.
void EncoderBlock::norm_and_pack(Range rows, int64_t m, const EncoderNorm& by) {
  const int64_t size = config_.hidden_size;
  for (int64_t row = rows.begin; row < rows.end; row += kHalfPanel) {
    const Range panel{row, std::min(rows.end, row + kHalfPanel)};
    float* x = x_ + row * size;
    kernels_.dense.layer_norm(x, by.gain, by.bias, panel.size(), size, config_.norm_epsilon, x);
    pack(panel, m, x_, size);
  }
}

void EncoderBlock::pack(Range rows, int64_t m, const float* x, int64_t k) {
  for (int64_t row = rows.begin; row < rows.end; row += kHalfPanel)
    if (kernels_.tiles != nullptr)
      kernels_.tiles->pack(x, k, m, k, row / kHalfPanel, packed_);
    else if (kernels_.half != nullptr)
      kernels_.half->pack(x, k, m, k, row / kHalfPanel, packed_);
}

// What attention gives in bfloat16 is widened to where the queries, keys and values were.
void EncoderBlock::pack_mixed(Range rows, int64_t m) {
  const int64_t size = config_.hidden_size;
  if (attention_type_ == FloatType::kFloat32) return pack(rows, m, mixed_, size);
  const auto* from = reinterpret_cast<const uint16_t*>(mixed_);
  for (int64_t row = rows.begin; row < rows.end; row += kHalfPanel) {
    const Range panel{row, std::min(rows.end, row + kHalfPanel)};
    kernels_.rows.to_floats(from + row * size, attention_type_, panel.size() * size,
                            qkv_ + row * size);
    pack(panel, m, qkv_, size);
  }
}

void EncoderBlock::multiply(const Product& product, Range outputs, float* c, int64_t ldc) const {
  const auto& [m, linear, x, packed, accumulate, thread] = product;
  if (outputs.size() == 0) return;
  if (kernels_.tiles != nullptr)
    return kernels_.tiles->multiply(tile_product(product), outputs.begin, outputs.end, accumulate,
                                    c - outputs.begin, ldc);
  const float* bias = linear.bias + outputs.begin;
  const auto* weights = static_cast<const std::byte*>(linear.weights) +
                        outputs.begin * linear.k * float_bytes(weights_.type());
  if (kernels_.half != nullptr)
    kernels_.half->multiply(
        {packed, m, weights, outputs.size(), linear.k, bias, accumulate, c, ldc}, 0,
        outputs.size());
  else
    kernels_.dense.gemm(x, linear.k, m, reinterpret_cast<const float*>(weights), outputs.size(),
                        linear.k, bias, accumulate, c, ldc);
}

TileProduct EncoderBlock::tile_product(const Product& product) const {
  const EncoderLinear& linear = product.linear;
  return {product.packed,
          product.m,
          linear.weights,
          linear.n,
          linear.k,
          linear.bias,
          tiles_[static_cast<size_t>(product.thread)]};
}

// Queries, keys and values of all rows.
void EncoderBlock::project(const Share& share, const EncoderLinear& linear) {
  const Product product{rows_, linear, x_, packed_, false, share.thread};
  const Range outputs = share.of(linear.n, kTileOutputs);
  if (attention_type_ == FloatType::kFloat32) {
    if (kernels_.tiles != nullptr)
      return multiply(product, outputs, qkv_ + outputs.begin, linear.n);
    for (int64_t at = outputs.begin; at < outputs.end; at += kColumns)
      multiply(product, {at, std::min(outputs.end, at + kColumns)}, qkv_ + at, linear.n);
    return;
  }
  auto* to = reinterpret_cast<uint16_t*>(qkv_);
  if (kernels_.tiles != nullptr)
    return kernels_.tiles->multiply_rounded(tile_product(product), outputs.begin, outputs.end, to,
                                            linear.n);
  float* tile = tiles_[static_cast<size_t>(share.thread)];
  for (int64_t at = outputs.begin; at < outputs.end; at += kTileOutputs) {
    const int64_t count = std::min(outputs.end - at, kTileOutputs);
    multiply(product, {at, at + count}, tile, count);
    for (int64_t row = 0; row < rows_; ++row)
      kernels_.rows.from_floats(tile + row * count, count, attention_type_,
                                to + row * linear.n + at);
  }
}

void EncoderBlock::attend(const Share& share, bool reads_one) {
  static_cast<void>(share);
  for (;;) {
    const int64_t task = taken_.fetch_add(1, std::memory_order_relaxed);
    if (task >= texts_ * config_.heads) return;
    const int64_t head = task % config_.heads;
    attend_text(task / config_.heads, {head, head + 1}, reads_one);
  }
}

void EncoderBlock::attend_text(int64_t text, Range heads, bool reads_one) {
  const int64_t size = config_.hidden_size, head_dim = config_.head_dim();
  const int64_t first = first_row(text), tokens = first_row(text + 1) - first;
  const int64_t query_offsets[] = {0, reads_one ? 1 : tokens}, key_offsets[] = {0, tokens};
  const VarlenShape shape{.sequences = 1,
                          .query_offsets = query_offsets,
                          .key_offsets = key_offsets,
                          .heads = heads.size(),
                          .kv_heads = heads.size(),
                          .head_dim = head_dim,
                          .window = 0,
                          .scale = 1.f / std::sqrt(static_cast<float>(head_dim)),
                          .causal = false};
  const int64_t bytes = float_bytes(attention_type_);
  const auto part = [&](int64_t row, int64_t which) {
    return VarlenRows{reinterpret_cast<const std::byte*>(qkv_) +
                          ((row * 3 + which) * size + heads.begin * head_dim) * bytes,
                      3 * size};
  };
  const int64_t out = reads_one ? text : first;
  OneThread alone;
  varlen_attention(
      shape, attention_type_, part(reads_one ? read_row(text) : first, 0), part(first, 1),
      part(first, 2),
      {reinterpret_cast<std::byte*>(mixed_) + (out * size + heads.begin * head_dim) * bytes, size},
      nullptr, alone, kernels_.isa);
}

// Moves the states of the rows that are read together.
void EncoderBlock::keep_read_rows() {
  const int64_t size = config_.hidden_size;
  for (int64_t text = 0; text < texts_; ++text)
    if (read_row(text) != text) std::copy_n(x_ + read_row(text) * size, size, x_ + text * size);
}

// The first layer of the feed-forward part, and its activation.
void EncoderBlock::widen(const Share& share, const EncoderLinear& linear, int64_t m) {
  const Product product{m, linear, x_, packed_, false, share.thread};
  const Range outputs = share.of(linear.n, kTileOutputs);
  if (kernels_.tiles != nullptr)
    return kernels_.tiles->multiply_activated(tile_product(product), outputs.begin, outputs.end,
                                              config_.activation, packed_wide_);
  if (kernels_.half == nullptr) {
    for (int64_t at = outputs.begin; at < outputs.end; at += kColumns) {
      const int64_t count = std::min(outputs.end - at, kColumns);
      multiply(product, {at, at + count}, wide_ + at, linear.n);
      for (int64_t row = 0; row < m; ++row) {
        float* numbers = wide_ + row * linear.n + at;
        kernels_.dense.activate(config_.activation, numbers, count, numbers);
      }
    }
    return;
  }
  float* tile = tiles_[static_cast<size_t>(share.thread)];
  for (int64_t at = outputs.begin; at < outputs.end; at += kTileOutputs) {
    const int64_t count = std::min(outputs.end - at, kTileOutputs);
    multiply(product, {at, at + count}, tile, count);
    kernels_.dense.activate(config_.activation, tile, m * count, tile);
    for (int64_t row = 0; row < m; row += kHalfPanel)
      kernels_.half->pack_columns(tile, count, m, linear.n, at, at + count, row / kHalfPanel,
                                  packed_wide_);
  }
}

// Of the texts' first rows, which stand together.
void EncoderBlock::classify(const Share& share) {
  const int64_t size = config_.hidden_size;
  const Range own = share.of(texts_, kHalfPanel);
  pack(own, texts_, x_, size);
  share.meet();
  const Range outputs = share.of(size, kPanel);
  multiply({texts_, weights_.head_dense(), x_, packed_, false, share.thread}, outputs,
           head_ + outputs.begin, size);
  share.meet();
  for (int64_t text = own.begin; text < own.end; ++text)
    kernels_.dense.activate(config_.head_activation, head_ + text * size, size,
                            head_ + text * size);
  pack(own, texts_, head_, size);
  share.meet();
  const Range labels = share.of(config_.labels, kPanel);
  multiply({texts_, weights_.head_out(), head_, packed_, false, share.thread}, labels,
           labels_ + labels.begin, config_.labels);
  share.meet();
  for (int64_t text = own.begin; text < own.end; ++text)
    std::copy_n(labels_ + text * config_.labels, config_.labels, out_row(text, config_.labels));
}

void EncoderBlock::pool(int64_t text) const {
  const int64_t size = config_.hidden_size;
  const int64_t first = request_.reads_one() ? text : first_row(text);
  const int64_t end = request_.reads_one() ? text + 1 : first_row(text + 1);
  float* out = out_row(text, size);
  std::copy_n(x_ + first * size, size, out);
  for (int64_t row = first + 1; row < end; ++row) {
    const float* x = x_ + row * size;
    if (request_.pooling == Pooling::kMax)
      for (int64_t i = 0; i < size; ++i) out[i] = std::max(out[i], x[i]);
    else
      kernels_.rows.add(out, x, size, out);
  }
  double square = 0;
  const float share = 1.f / static_cast<float>(end - first);
  for (int64_t i = 0; i < size; ++i) {
    if (request_.pooling == Pooling::kMean) out[i] *= share;
    square += double{out[i]} * out[i];
  }
  if (!request_.normalizes) return;
  const auto factor = static_cast<float>(1. / std::max(kShortest, std::sqrt(square)));
  for (int64_t i = 0; i < size; ++i) out[i] *= factor;
}

}  // namespace querl
