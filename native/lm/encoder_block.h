// Texts on their way through the layers of an encoder together, with their activations. One thread
// runs a block, or the threads of a team do: then rows are split where rows are worked on, outputs
// where weights are read, and texts and heads where they attend.
//
// A text's result depends on that text alone, bit for bit.
#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "kernels/dense.h"
#include "kernels/half_linear.h"
#include "kernels/half_rows.h"
#include "kernels/isa.h"
#include "kernels/tile_linear.h"
#include "lm/arena.h"
#include "lm/encoder_batch.h"
#include "lm/encoder_weights.h"
#include "lm/share.h"

namespace querl {

// The kernels of an encoder, for one instruction set.
struct EncoderKernels {
  EncoderKernels(FloatType type, const LinearIsa& isa_of);

  LinearIsa isa;
  const DenseKernels& dense;
  // What multiplies: tiles where there are some, else by the weights' type.
  const TileLinearKernels* tiles;  // or null
  const HalfLinearKernels* half;   // or null, for weights in fp32 and for tiles
  const HalfRowKernels& rows;
};

class EncoderBlock {
 public:
  // `threads` may run it.
  EncoderBlock(const EncoderWeights& weights, const EncoderKernels& kernels, int threads);

  // The texts [first, end) of the batch, which run() is about.
  void load(const EncoderBatch& batch, int64_t first, int64_t end, const EncoderRequest& request);

  // Every thread of the team calls this with its share. Ends early where `stop` is requested: then
  // nothing is written.
  void run(const Share& share, const std::stop_token& stop);

 private:
  using Range = Share::Range;
  struct Product {
    int64_t m;
    const EncoderLinear& linear;
    const float* x;       // (m, k), for dense products
    const float* packed;  // for others
    bool accumulate;
    int thread;
  };

  void lay_out(Arena& arena);
  void embed(Range rows);
  // LayerNorm of some of the m rows of x_, which makes them ready for multiply().
  void norm_and_pack(Range rows, int64_t m, const EncoderNorm& by);
  // Makes some of the rows of x (m, k) ready for multiply().
  void pack(Range rows, int64_t m, const float* x, int64_t k);
  void pack_mixed(Range rows, int64_t m);
  // Some outputs of a product, to the columns of c from 0 on.
  void multiply(const Product& product, Range outputs, float* c, int64_t ldc) const;
  TileProduct tile_product(const Product& product) const;
  void project(const Share& share, const EncoderLinear& linear);
  void attend(const Share& share, bool reads_one);
  void attend_text(int64_t text, Range heads, bool reads_one);
  void keep_read_rows();
  void widen(const Share& share, const EncoderLinear& linear, int64_t m);
  void classify(const Share& share);
  void pool(int64_t text) const;

  int64_t first_row(int64_t text) const { return batch_.offsets[first_ + text] - first_token_; }
  // The one row of a text that is read behind the last layer.
  int64_t read_row(int64_t text) const {
    return request_.pooling == Pooling::kLast && !request_.labels ? first_row(text + 1) - 1
                                                                  : first_row(text);
  }
  float* out_row(int64_t text, int64_t size) const {
    return request_.out + request_.rows[first_ + text] * size;
  }

  const EncoderWeights& weights_;
  const EncoderKernels& kernels_;
  const EncoderConfig& config_;
  FloatType attention_type_;
  int threads_;

  EncoderBatch batch_;
  EncoderRequest request_;
  int64_t first_ = 0, texts_ = 0, first_token_ = 0, rows_ = 0;
  std::vector<int64_t> text_of_;   // (rows)
  std::atomic<int64_t> taken_{0};  // tasks of attention
  bool stopped_ = false;

  Arena arena_;
  float* x_ = nullptr;            // (rows, D), the residual stream
  float* qkv_ = nullptr;          // (rows, 3 D), in the type of attention
  float* mixed_ = nullptr;        // (rows, D), in the type of attention: what it gives
  float* wide_ = nullptr;         // (rows, F), for weights in fp32
  float* packed_ = nullptr;       // activations as HalfLinearKernels wants them
  float* packed_wide_ = nullptr;  // those within the feed-forward part
  float* head_ = nullptr;         // (texts, D), of the classifier
  float* labels_ = nullptr;       // (texts, labels)
  std::vector<float*> tiles_;     // of each thread: room for its part of a product
};

}  // namespace querl
