// Autograd functions whose forward and backward are JavaScript.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_custom_function(Napi::Object exports);

}  // namespace querl
