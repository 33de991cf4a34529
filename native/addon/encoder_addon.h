// Encoders of text for JavaScript: making, loading, running.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_encoder(Napi::Object exports);

}  // namespace querl
