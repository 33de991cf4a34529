// The angles of rotary position embeddings.
#pragma once

#include <vector>

#include "lm/decoder_config.h"

namespace querl {

// (head_dim / 2) radians per position, rounded as Hugging Face rounds them: each step in float32.
std::vector<float> rope_frequencies(const DecoderConfig& config);

// cos and behind it sin, each (max_positions, head_dim / 2). The angle, a product of float32, is
// rounded as in Hugging Face; exact ones would differ from its by 2e-4 at position 4000.
std::vector<float> rope_tables(const DecoderConfig& config);

}  // namespace querl
