// The weights of an encoder, as its kernels read them. They are loaded row-major; when all are
// there the matrices that are multiplied by tiles, or in fp32, are packed into panels, in place.
// Others of 16 bits stay as they are. Biases and norms are fp32 always.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/float_type.h"
#include "kernels/isa.h"
#include "kernels/parallel.h"
#include "lm/encoder_config.h"

namespace querl {

// A tensor to load. Its name is the one that BertModel gives it, without a prefix; the classifier's
// two layers are "head.dense" and "head.out".
struct EncoderTensor {
  std::string name;
  std::vector<int64_t> shape;
  FloatType type = FloatType::kFloat32;
  int64_t offset = 0;  // in bytes
  int64_t count = 0;   // numbers
};

// Where each tensor lies. Those that one product reads lie together: query, key and value are one
// (3 D, D) matrix with one bias.
class EncoderLayout {
 public:
  struct Matrix {
    int64_t offset, bias, n, k;  // offsets in bytes
  };
  struct Norm {
    int64_t gain, bias;
  };
  struct Layer {
    Matrix qkv, out;
    Norm attention_norm;
    Matrix up, down;
    Norm norm;
  };

  // Throws ERR_QUERL_ARGUMENT for a config that is no encoder's.
  EncoderLayout(const EncoderConfig& config, FloatType type);

  const std::vector<EncoderTensor>& tensors() const { return tensors_; }
  const std::vector<Matrix>& matrices() const { return matrices_; }
  int64_t bytes() const { return bytes_; }

  int64_t words = 0, positions = 0, token_types = -1;  // -1: there is no such table
  Norm embedding_norm{};
  std::vector<Layer> layers;
  Matrix head_dense{}, head_out{};

 private:
  int64_t add(const std::string& name, std::vector<int64_t> shape, FloatType type);
  int64_t add_table(const std::string& name, int64_t rows, int64_t size);
  Norm add_norm(const std::string& name, int64_t size);
  Matrix add_matrix(const std::vector<std::string>& names, int64_t n, int64_t k);
  void align();

  FloatType type_;
  std::vector<EncoderTensor> tensors_;
  std::vector<Matrix> matrices_;
  int64_t bytes_ = 0;
};

// y = x W^T + bias
struct EncoderLinear {
  const void* weights = nullptr;  // panels, or row-major
  const float* bias = nullptr;    // (n)
  int64_t n = 0, k = 0;
};

struct EncoderNorm {
  const float* gain = nullptr;
  const float* bias = nullptr;
};

class EncoderWeights {
 public:
  struct Layer {
    EncoderLinear qkv, out;
    EncoderNorm attention_norm;
    EncoderLinear up, down;
    EncoderNorm norm;
  };

  // Zeros. Throws ERR_QUERL_ARGUMENT for a config that is no encoder's.
  EncoderWeights(const EncoderConfig& config, FloatType type);

  const EncoderConfig& config() const { return config_; }
  FloatType type() const { return type_; }
  int64_t bytes() const { return layout_.bytes(); }
  const std::vector<EncoderTensor>& tensors() const { return layout_.tensors(); }
  // Where a tensor is to be loaded to, row-major. Before finish().
  std::byte* place(const EncoderTensor& tensor) { return data_.get() + tensor.offset; }

  // Once, behind the last tensor.
  void finish(Parallel& parallel, const LinearIsa& isa = {});
  bool finished() const { return finished_; }

  // The sum of a token's embeddings, (D).
  void embed(int32_t token, int32_t token_type, int64_t position, float* to) const;

  const EncoderNorm& embedding_norm() const { return embedding_norm_; }
  const Layer& layer(int64_t index) const { return layers_[static_cast<size_t>(index)]; }
  const EncoderLinear& head_dense() const { return head_dense_; }
  const EncoderLinear& head_out() const { return head_out_; }

 private:
  EncoderLinear linear(const EncoderLayout::Matrix& matrix) const;
  EncoderNorm norm(const EncoderLayout::Norm& norm) const;
  const float* floats(int64_t offset) const;

  EncoderConfig config_;
  FloatType type_;
  EncoderLayout layout_;
  bool finished_ = false;
  std::shared_ptr<std::byte> data_;

  const std::byte *words_ = nullptr, *positions_ = nullptr, *token_types_ = nullptr;
  EncoderNorm embedding_norm_;
  std::vector<Layer> layers_;
  EncoderLinear head_dense_, head_out_;
};

}  // namespace querl
