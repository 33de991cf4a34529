#include "lm/encoder_weights.h"

#include <algorithm>
#include <utility>

#include "kernels/half.h"
#include "kernels/half_rows.h"
#include "kernels/tile_linear.h"
#include "lm/device.h"
#include "lm/errors.h"

namespace querl {
namespace {

constexpr int64_t kLine = 64;  // bytes; everything begins at one

int64_t round_up(int64_t count, int64_t unit) { return (count + unit - 1) / unit * unit; }

// Far beyond any encoder, and sizes in bytes stay below 2^63.
constexpr int64_t kMostLayers = 1024;
constexpr int64_t kMostAlongAxis = 1 << 24;

void check(const EncoderConfig& config) {
  const int64_t least = std::min({config.vocab_size, config.hidden_size, config.intermediate_size,
                                  config.layers, config.heads, config.max_tokens()});
  const int64_t most =
      std::max({config.vocab_size, config.hidden_size, config.intermediate_size, config.heads,
                config.positions, config.token_types, config.labels});
  if (least < 1 || most > kMostAlongAxis || config.layers > kMostLayers ||
      config.first_position < 0 || config.token_types < 0 || config.labels < 0 ||
      config.hidden_size % config.heads != 0)
    throw Error("ERR_QUERL_ARGUMENT", "The config is not that of an encoder.");
}

}  // namespace

EncoderLayout::EncoderLayout(const EncoderConfig& config, FloatType type) : type_(type) {
  check(config);
  const int64_t size = config.hidden_size, wide = config.intermediate_size;
  words = add_table("word", config.vocab_size, size);
  positions = add_table("position", config.positions, size);
  if (config.token_types > 0) token_types = add_table("token_type", config.token_types, size);
  embedding_norm = add_norm("embeddings.LayerNorm", size);
  for (int64_t index = 0; index < config.layers; ++index) {
    const std::string layer = "encoder.layer." + std::to_string(index) + ".";
    const std::string self = layer + "attention.self.", output = layer + "attention.output.";
    Layer at{};
    at.qkv = add_matrix({self + "query", self + "key", self + "value"}, size, size);
    at.out = add_matrix({output + "dense"}, size, size);
    at.attention_norm = add_norm(output + "LayerNorm", size);
    at.up = add_matrix({layer + "intermediate.dense"}, wide, size);
    at.down = add_matrix({layer + "output.dense"}, size, wide);
    at.norm = add_norm(layer + "output.LayerNorm", size);
    layers.push_back(at);
  }
  if (config.labels == 0) return;
  head_dense = add_matrix({"head.dense"}, size, size);
  head_out = add_matrix({"head.out"}, config.labels, size);
}

int64_t EncoderLayout::add(const std::string& name, std::vector<int64_t> shape, FloatType type) {
  int64_t count = 1;
  for (const int64_t axis : shape) count *= axis;
  const int64_t offset = bytes_;
  tensors_.push_back({name, std::move(shape), type, offset, count});
  bytes_ += count * float_bytes(type);
  return offset;
}

int64_t EncoderLayout::add_table(const std::string& name, int64_t rows, int64_t size) {
  align();
  return add("embeddings." + name + "_embeddings.weight", {rows, size}, type_);
}

EncoderLayout::Norm EncoderLayout::add_norm(const std::string& name, int64_t size) {
  align();
  const int64_t gain = add(name + ".weight", {size}, FloatType::kFloat32);
  return {gain, add(name + ".bias", {size}, FloatType::kFloat32)};
}

// Tensors (n, k), one behind the other, with room for whole panels; then their biases.
EncoderLayout::Matrix EncoderLayout::add_matrix(const std::vector<std::string>& names, int64_t n,
                                                int64_t k) {
  align();
  Matrix matrix{bytes_, 0, n * static_cast<int64_t>(names.size()), k};
  for (const std::string& name : names) add(name + ".weight", {n, k}, type_);
  bytes_ =
      matrix.offset + round_up(matrix.n, kPanel) * round_up(k, kTileDepth) * float_bytes(type_);
  align();
  matrix.bias = bytes_;
  for (const std::string& name : names) add(name + ".bias", {n}, FloatType::kFloat32);
  matrices_.push_back(matrix);
  return matrix;
}

void EncoderLayout::align() { bytes_ = round_up(bytes_, kLine); }

EncoderWeights::EncoderWeights(const EncoderConfig& config, FloatType type)
    : config_(config),
      type_(type),
      layout_(config, type),
      data_(host_device()->allocate(layout_.bytes())) {
  words_ = data_.get() + layout_.words;
  positions_ = data_.get() + layout_.positions;
  if (layout_.token_types >= 0) token_types_ = data_.get() + layout_.token_types;
  embedding_norm_ = norm(layout_.embedding_norm);
  for (const EncoderLayout::Layer& at : layout_.layers)
    layers_.push_back({linear(at.qkv), linear(at.out), norm(at.attention_norm), linear(at.up),
                       linear(at.down), norm(at.norm)});
  if (config.labels == 0) return;
  head_dense_ = linear(layout_.head_dense);
  head_out_ = linear(layout_.head_out);
}

const float* EncoderWeights::floats(int64_t offset) const {
  return reinterpret_cast<const float*>(data_.get() + offset);
}

EncoderLinear EncoderWeights::linear(const EncoderLayout::Matrix& matrix) const {
  return {data_.get() + matrix.offset, floats(matrix.bias), matrix.n, matrix.k};
}

EncoderNorm EncoderWeights::norm(const EncoderLayout::Norm& norm) const {
  return {floats(norm.gain), floats(norm.bias)};
}

void EncoderWeights::finish(Parallel& parallel, const LinearIsa& isa) {
  if (finished_) throw Error("ERR_QUERL_ARGUMENT", "The encoder's weights are loaded already.");
  finished_ = true;
  const TileLinearKernels* tiles = tile_linear_kernels(type_, isa);
  if (tiles == nullptr && type_ != FloatType::kFloat32) return;
  const DenseKernels& dense = dense_kernels(isa.isa);
  std::vector<std::vector<std::byte>> rooms(static_cast<size_t>(parallel.threads()));
  parallel.run(static_cast<int64_t>(layout_.matrices().size()), [&](int64_t task, int thread) {
    const EncoderLayout::Matrix& matrix = layout_.matrices()[static_cast<size_t>(task)];
    std::vector<std::byte>& rows = rooms[static_cast<size_t>(thread)];
    const int64_t row_bytes = matrix.k * float_bytes(type_);
    const int64_t panel_bytes = kPanel *
                                (tiles == nullptr ? matrix.k : round_up(matrix.k, kTileDepth)) *
                                float_bytes(type_);
    std::byte* data = data_.get() + matrix.offset;
    // A panel takes the place of its rows and, where it is larger, of what is packed already.
    for (int64_t panel = (matrix.n - 1) / kPanel; panel >= 0; --panel) {
      const int64_t count = std::min(kPanel, matrix.n - panel * kPanel);
      const std::byte* from = data + panel * kPanel * row_bytes;
      rows.assign(from, from + count * row_bytes);
      std::byte* to = data + panel * panel_bytes;
      if (tiles != nullptr)
        tiles->pack_weights(rows.data(), count, matrix.k, to);
      else
        dense.pack(reinterpret_cast<const float*>(rows.data()), count, matrix.k, matrix.k, 1,
                   reinterpret_cast<float*>(to));
    }
  });
}

void EncoderWeights::embed(int32_t token, int32_t token_type, int64_t position, float* to) const {
  const int64_t size = config_.hidden_size;
  const HalfRowKernels& rows = half_row_kernels();
  const auto row_of = [&](const std::byte* table, int64_t row) {
    return table + row * size * float_bytes(type_);
  };
  // A few hundred numbers at a time, so that all of it stays in registers' reach.
  constexpr int64_t kPart = 256;
  float part[kPart];
  for (int64_t first = 0; first < size; first += kPart) {
    const int64_t count = std::min(kPart, size - first);
    const auto add = [&](const std::byte* table, int64_t row) {
      rows.to_floats(row_of(table, row) + first * float_bytes(type_), type_, count, part);
      rows.add(part, to + first, count, to + first);
    };
    rows.to_floats(row_of(words_, token) + first * float_bytes(type_), type_, count, to + first);
    if (token_types_ != nullptr) add(token_types_, token_type);
    add(positions_, config_.first_position + position);
  }
}

}  // namespace querl
