// LibTorch tensors for JavaScript: the few calls that show it works. Models do not pass through
// here.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_tensor(Napi::Object exports);

}  // namespace querl
