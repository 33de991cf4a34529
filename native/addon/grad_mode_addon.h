// Whether operators are recorded for backward(): a state of the JavaScript thread, which calls that
// a run() puts in its queue take along.
#pragma once

#include "addon/napi_setup.h"

namespace querl {

void define_grad_mode(Napi::Object exports);

}  // namespace querl
