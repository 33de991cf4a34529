// A model's adapter for JavaScript: its numbers, and merging it into the weights.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_adapter(Napi::Object exports);

}  // namespace querl
