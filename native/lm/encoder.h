// Encoders of text, BERT and its relatives, on the CPU: packed batches of any lengths in, one
// vector or one row of scores for each text out.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "kernels/thread_pool.h"
#include "lm/encoder_batch.h"
#include "lm/encoder_block.h"
#include "lm/encoder_weights.h"

namespace querl {

struct EncoderOptions {
  FloatType type = FloatType::kFloat32;
  int threads = 1;
  LinearIsa isa = {};
};

// One caller at a time. Any number of threads and any batch give a text the same bits.
class Encoder {
 public:
  explicit Encoder(const EncoderConfig& config, const EncoderOptions& options = {});

  const EncoderConfig& config() const { return weights_.config(); }
  // To load tensors into, and then to finish().
  EncoderWeights& weights() { return weights_; }
  Parallel& threads() { return pool_; }
  int64_t bytes() const { return weights_.bytes(); }

  // Throws ERR_QUERL_ARGUMENT for ids, types or lengths that the model does not have.
  void check(const EncoderBatch& batch, const EncoderRequest& request) const;

  // A checked batch. Throws Cancelled; some rows may be written then.
  void run(const EncoderBatch& batch, const EncoderRequest& request, const std::stop_token& stop);

 private:
  std::vector<int64_t> cuts_of(const EncoderBatch& batch) const;

  EncoderWeights weights_;
  EncoderKernels kernels_;
  ThreadPool pool_;
  Team team_;
  EncoderBlock shared_;
  std::vector<std::unique_ptr<EncoderBlock>> own_;  // of each thread
};

}  // namespace querl
