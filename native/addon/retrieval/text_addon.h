// Analysers, for JavaScript.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_text(Napi::Object exports);

}  // namespace querl
