// Which decoders a sampler of a model gets.
#pragma once

#include <memory>
#include <vector>

#include "lm/decoder.h"
#include "lm/model.h"

namespace querl {

// Decoders that keep `threads` threads busy together, one for each shard. They keep references to
// the model. Throws ERR_QUERL_ARGUMENT.
std::vector<std::unique_ptr<Decoder>> make_decoders(Model& model, int threads);

}  // namespace querl
