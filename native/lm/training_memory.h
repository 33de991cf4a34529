// Memory that the engine over LibTorch's operators works in, beside the model's own.
#pragma once

#include <cstdint>

#include "kernels/float_type.h"
#include "lm/decoder_config.h"
#include "lm/training_engine.h"

namespace querl {

// Bytes that a backward pass without an adapter keeps on the CPU for micro-batches of `rows` rows,
// of which `read_rows` are read (libtorch_layers.h says of what). Beside it the head takes some
// tens of MiB and a few times the hidden states that are read, while it runs
// (linear_logprobs_backward_bytes()).
int64_t training_bytes(const DecoderConfig& config, FloatType type, const EngineOptions& options,
                       int64_t rows, int64_t read_rows);

}  // namespace querl
