// BM25 indexes for JavaScript: opening, searching, explaining.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_bm25(Napi::Object exports);

}  // namespace querl
