// Generators of random numbers for JavaScript. What can be done with them are operators
// (torch/generator_op.cc).
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_generator(Napi::Object exports);

}  // namespace querl
