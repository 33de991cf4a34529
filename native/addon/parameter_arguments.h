// Parameters as arguments and results of native functions.
#pragma once

#include <span>
#include <vector>

#include "addon/napi_setup.h"
#include "lm/parameters.h"

namespace querl {

// { name, shape }[]
Napi::Array to_js(Napi::Env env, const std::vector<ParameterSpec>& specs);

// The one at an index. Throws ERR_QUERL_ARGUMENT for an index out of range.
const ParameterSpec& spec_of(const std::vector<ParameterSpec>& specs, const Napi::Value& index);

// A view of a Float32Array of as many numbers as the parameter has. Throws ERR_QUERL_ARGUMENT for
// other ones.
std::span<const float> numbers_for(const ParameterSpec& spec, const Napi::Value& data);

}  // namespace querl
