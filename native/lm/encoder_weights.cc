#include "lm/encoder_weights.h"

#include <algorithm>
#include <utility>

#include "kernels/half.h"
#include "kernels/half_rows.h"
#include "lm/device.h"
#include "lm/errors.h"

namespace querl {
namespace {

constexpr int64_t kLine = 64;  // bytes; everything begins at one

void check(const EncoderConfig& config) {
  const int64_t least = std::min({config.vocab_size, config.hidden_size, config.intermediate_size,
                                  config.layers, config.heads, config.max_tokens()});
  if (least < 1 || config.first_position < 0 || config.token_types < 0 || config.labels < 0 ||
      config.hidden_size % config.heads != 0)
    throw Error("ERR_QUERL_ARGUMENT", "The config is not that of an encoder.");
}

}  // namespace

struct EncoderWeights::Plan {
  struct Layer {
    Matrix qkv, out, up, down;
    int64_t qkv_bias, out_bias, attention_gain, attention_bias, up_bias, down_bias, gain, bias;
  };

  int64_t words = 0, positions = 0, token_types = -1, gain = 0, bias = 0;
  std::vector<Layer> layers;
  Matrix head_dense{}, head_out{};
  int64_t head_dense_bias = 0, head_out_bias = 0;
};

EncoderWeights::EncoderWeights(const EncoderConfig& config, FloatType type)
    : config_(config), type_(type) {
  check(config);
  Plan plan;
  lay_out(plan);
  data_ = host_device()->allocate(bytes_);
  words_ = data_.get() + plan.words;
  positions_ = data_.get() + plan.positions;
  if (plan.token_types >= 0) token_types_ = data_.get() + plan.token_types;
  embedding_norm_ = norm(plan.gain, plan.bias);
  for (const Plan::Layer& at : plan.layers)
    layers_.push_back({linear(at.qkv, at.qkv_bias), linear(at.out, at.out_bias),
                       norm(at.attention_gain, at.attention_bias), linear(at.up, at.up_bias),
                       linear(at.down, at.down_bias), norm(at.gain, at.bias)});
  if (config.labels == 0) return;
  head_dense_ = linear(plan.head_dense, plan.head_dense_bias);
  head_out_ = linear(plan.head_out, plan.head_out_bias);
}

void EncoderWeights::lay_out(Plan& plan) {
  const int64_t size = config_.hidden_size, wide = config_.intermediate_size;
  const auto table = [&](const char* name, int64_t rows) {
    align();
    return add(std::string("embeddings.") + name + "_embeddings.weight", {rows, size}, type_);
  };
  plan.words = table("word", config_.vocab_size);
  plan.positions = table("position", config_.positions);
  if (config_.token_types > 0) plan.token_types = table("token_type", config_.token_types);
  plan.gain = add_vector("embeddings.LayerNorm.weight", size);
  plan.bias = add_vector("embeddings.LayerNorm.bias", size);

  // Several tensors that are one matrix to the kernels, and then their biases.
  const auto dense = [&](const std::vector<std::string>& names, int64_t n, int64_t k,
                         int64_t* bias) {
    align();
    const Matrix matrix{bytes_, n * static_cast<int64_t>(names.size()), k};
    for (const std::string& name : names) add(name + ".weight", {n, k}, type_);
    // Whole panels.
    bytes_ = std::max(bytes_, matrix.offset + packed_size(matrix.n, k) * float_bytes(type_));
    align();
    *bias = bytes_;
    for (const std::string& name : names) add(name + ".bias", {n}, FloatType::kFloat32);
    matrices_.push_back(matrix);
    return matrix;
  };
  for (int64_t index = 0; index < config_.layers; ++index) {
    const std::string layer = "encoder.layer." + std::to_string(index) + ".";
    const std::string self = layer + "attention.self.", output = layer + "attention.output.";
    Plan::Layer at{};
    at.qkv = dense({self + "query", self + "key", self + "value"}, size, size, &at.qkv_bias);
    at.out = dense({output + "dense"}, size, size, &at.out_bias);
    at.attention_gain = add_vector(output + "LayerNorm.weight", size);
    at.attention_bias = add_vector(output + "LayerNorm.bias", size);
    at.up = dense({layer + "intermediate.dense"}, wide, size, &at.up_bias);
    at.down = dense({layer + "output.dense"}, size, wide, &at.down_bias);
    at.gain = add_vector(layer + "output.LayerNorm.weight", size);
    at.bias = add_vector(layer + "output.LayerNorm.bias", size);
    plan.layers.push_back(at);
  }
  if (config_.labels == 0) return;
  plan.head_dense = dense({"head.dense"}, size, size, &plan.head_dense_bias);
  plan.head_out = dense({"head.out"}, config_.labels, size, &plan.head_out_bias);
}

int64_t EncoderWeights::add(const std::string& name, std::vector<int64_t> shape, FloatType type) {
  int64_t count = 1;
  for (const int64_t axis : shape) count *= axis;
  const int64_t offset = bytes_;
  tensors_.push_back({name, std::move(shape), type, offset, count});
  bytes_ += count * float_bytes(type);
  return offset;
}

int64_t EncoderWeights::add_vector(const std::string& name, int64_t count) {
  align();
  return add(name, {count}, FloatType::kFloat32);
}

void EncoderWeights::align() { bytes_ = (bytes_ + kLine - 1) / kLine * kLine; }

const float* EncoderWeights::floats(int64_t offset) const {
  return reinterpret_cast<const float*>(data_.get() + offset);
}

EncoderLinear EncoderWeights::linear(const Matrix& matrix, int64_t bias) const {
  return {data_.get() + matrix.offset, floats(bias), matrix.n, matrix.k};
}

EncoderNorm EncoderWeights::norm(int64_t gain, int64_t bias) const {
  return {floats(gain), floats(bias)};
}

// A panel of kPanel rows takes the place of these rows.
void EncoderWeights::finish(Parallel& parallel, Isa isa) {
  if (finished_) throw Error("ERR_QUERL_ARGUMENT", "The encoder's weights are loaded already.");
  finished_ = true;
  if (type_ != FloatType::kFloat32) return;
  const DenseKernels& dense = dense_kernels(isa);
  std::vector<std::vector<float>> rooms(static_cast<size_t>(parallel.threads()));
  parallel.run(static_cast<int64_t>(matrices_.size()), [&](int64_t task, int thread) {
    const Matrix& matrix = matrices_[static_cast<size_t>(task)];
    std::vector<float>& rows = rooms[static_cast<size_t>(thread)];
    for (int64_t row = 0; row < matrix.n; row += kPanel) {
      const int64_t count = std::min(kPanel, matrix.n - row);
      auto* at = reinterpret_cast<float*>(data_.get() + matrix.offset) + row * matrix.k;
      rows.assign(at, at + count * matrix.k);
      dense.pack(rows.data(), count, matrix.k, matrix.k, 1, at);
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
