// Any operator for JavaScript: its schemas, and one function that calls it.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_operators(Napi::Object exports);

}  // namespace querl
