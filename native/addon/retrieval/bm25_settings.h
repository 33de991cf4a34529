// An index's settings as JavaScript has them.
#pragma once

#include "addon/napi_setup.h"
#include "retrieval/bm25/index.h"

namespace querl {

// { variant: 'lucene' | …, k1, b, delta, lengths: 'exact' | 'lucene' }
Bm25Parameters bm25_parameters(const Napi::Object& object);
void set_parameters(Napi::Object object, const Bm25Parameters& parameters);

// The same, with { analyzer: string, fields: { name, weight }[] }
IndexSettings index_settings(const Napi::Object& object);

}  // namespace querl
