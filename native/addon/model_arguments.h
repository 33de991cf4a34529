// What JavaScript says of a model that is to be made.
#pragma once

#include "addon/napi_setup.h"
#include "lm/decoder_config.h"
#include "lm/model_options.h"

namespace querl {

// Of a NativeModelConfig and NativeModelOptions of packages/torch/src/binding.ts. Throw
// ERR_QUERL_ARGUMENT for what is not one.
DecoderConfig config_of(const Napi::Object& from);
ModelOptions options_of(const Napi::Object& from);

// Of a dtype's name.
FloatType float_type_of(const Napi::Value& value);

}  // namespace querl
