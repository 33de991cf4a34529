// Filters for JavaScript: the keys to choose from, and the sets that searches
// take.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_bm25_filter(Napi::Object exports);

}  // namespace querl
