// BM25 for JavaScript.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_bm25(Napi::Object exports);

}  // namespace querl
