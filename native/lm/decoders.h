// Which decoders a sampler of a model gets.
#pragma once

#include <memory>
#include <vector>

#include "lm/decoder.h"
#include "lm/model.h"

namespace querl {

// Decoders that keep `threads` threads busy together, one for each shard of a sampler. They keep
// references to the model.
//
// A device has one of its own. On this machine, where the weights fit a cache each thread has a
// decoder, and they share nothing; larger ones are read by all threads together, for one decoder.
// What is sampled does not depend on it. Beside the weights themselves, and their packed copy in
// fp32 (Model::fused_weights), a decoder takes the activations and logits of its block of rows (30
// to 60 MB for half a billion parameters), RoPE's tables of weights in 16 bits (4 bytes for each
// position and coordinate of a head) and an adapter's matrices once more. Throws
// ERR_QUERL_ARGUMENT.
std::vector<std::unique_ptr<Decoder>> make_decoders(Model& model, int threads);

}  // namespace querl
