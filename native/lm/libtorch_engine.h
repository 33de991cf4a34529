// Training over LibTorch's autograd: the general path, and the reference of the fused engine.
#pragma once

#include <memory>

#include "lm/parameters.h"
#include "lm/training_engine.h"

namespace querl {

// Keeps a reference to `parameters`, which must outlive it. Its calls set LibTorch's thread count
// on the thread that makes them.
std::unique_ptr<TrainingEngine> libtorch_engine(const Parameters& parameters, int threads);

}  // namespace querl
