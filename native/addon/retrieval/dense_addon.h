// Indexes of vectors for JavaScript.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_dense(Napi::Object exports);

}  // namespace querl
