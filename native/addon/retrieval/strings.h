// Arrays of strings among the arguments.
#pragma once

#include <string>
#include <vector>

#include "addon/napi_setup.h"

namespace querl {

// Throws ERR_QUERL_ARGUMENT for anything else.
std::vector<std::string> strings(const Napi::Value& value, const char* name);

}  // namespace querl
