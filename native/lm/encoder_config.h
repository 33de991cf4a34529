// What an encoder looks like: BERT and its relatives by flags of one module.
#pragma once

#include <cstdint>

#include "kernels/dense.h"

namespace querl {

struct EncoderConfig {
  int64_t vocab_size = 0;
  int64_t hidden_size = 0;  // a multiple of heads
  int64_t intermediate_size = 0;
  int64_t layers = 0;
  int64_t heads = 0;
  int64_t positions = 0;       // rows of the table of positions
  int64_t first_position = 0;  // the row of a text's first token: RoBERTa's is behind its padding's
  int64_t token_types = 0;     // 0: there is no table of them
  float norm_epsilon = 1e-12f;
  Activation activation = Activation::kGelu;
  // A classifier over the first token: a dense layer of hidden_size, its activation, and one of
  // `labels`. 0: none.
  int64_t labels = 0;
  Activation head_activation = Activation::kTanh;

  int64_t head_dim() const { return hidden_size / heads; }
  int64_t max_tokens() const { return positions - first_position; }
};

}  // namespace querl
