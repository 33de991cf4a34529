// What builds and changes BM25 indexes, for JavaScript.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_bm25_writer(Napi::Object exports);

}  // namespace querl
