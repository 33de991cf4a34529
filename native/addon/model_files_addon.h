// Moves a model's weights and optimiser state between memory and files for JavaScript, which knows
// where in a file each tensor lies.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_model_files(Napi::Object exports);

}  // namespace querl
