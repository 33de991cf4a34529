// Training over LibTorch's operators: layer by layer, with a backward pass by hand, for any storage
// type and device, with adapters, checkpoints and shared prompts (libtorch_layers.h).
#pragma once

#include <memory>

#include "lm/adapter.h"
#include "lm/parameters.h"
#include "lm/training_engine.h"

namespace querl {

// With an adapter (null: none) the model's own weights are frozen, and the gradients are laid out
// as the adapter. Keeps references to both, which must outlive it. Its calls set LibTorch's thread
// count on the thread that makes them; one call at a time.
//
// Keeps its memory from one call to the next: see training_bytes() (training_memory.h).
std::unique_ptr<TrainingEngine> libtorch_engine(const Parameters& parameters,
                                                const Adapter* adapter,
                                                const EngineOptions& options);

}  // namespace querl
