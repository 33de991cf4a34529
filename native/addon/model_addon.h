// Models for JavaScript: making them, their weights, their optimiser's state, their files.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_model(Napi::Object exports);

}  // namespace querl
