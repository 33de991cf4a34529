// The documents beside an index, for JavaScript.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_documents(Napi::Object exports);

}  // namespace querl
