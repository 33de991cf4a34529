// Scoring and training calls of a model for JavaScript.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_training(Napi::Object exports);

}  // namespace querl
