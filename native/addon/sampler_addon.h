// The sampler for JavaScript: requests go in one by one, turns come back in batches.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_sampler(Napi::Object exports);

}  // namespace querl
