// Tensors for JavaScript: made of typed arrays, and read back into them.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_tensor(Napi::Object exports);

}  // namespace querl
