// The gradients of a model and its optimiser for JavaScript, and the files of its state.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_optimizer(Napi::Object exports);

}  // namespace querl
