#include "addon/parameter_arguments.h"

#include <string>

#include "addon/arguments.h"
#include "lm/errors.h"

namespace querl {

Napi::Array to_js(Napi::Env env, const std::vector<ParameterSpec>& specs) {
  Napi::Array result = Napi::Array::New(env, specs.size());
  for (uint32_t i = 0; i < specs.size(); ++i) {
    Napi::Array shape = Napi::Array::New(env, specs[i].shape.size());
    for (uint32_t axis = 0; axis < specs[i].shape.size(); ++axis)
      shape.Set(axis, static_cast<double>(specs[i].shape[axis]));
    Napi::Object spec = Napi::Object::New(env);
    spec.Set("name", specs[i].name);
    spec.Set("shape", shape);
    result.Set(i, spec);
  }
  return result;
}

const ParameterSpec& spec_of(const std::vector<ParameterSpec>& specs, const Napi::Value& index) {
  const int64_t at = integer(index, "index");
  if (at < 0 || at >= static_cast<int64_t>(specs.size()))
    throw Error("ERR_QUERL_ARGUMENT", "There is no parameter " + std::to_string(at) + ".");
  return specs[static_cast<size_t>(at)];
}

std::span<const float> numbers_for(const ParameterSpec& spec, const Napi::Value& data) {
  const std::span<const float> numbers = float_array(data, "data");
  if (static_cast<int64_t>(numbers.size()) != spec.count)
    throw Error("ERR_QUERL_ARGUMENT", "Expected " + std::to_string(spec.count) + " numbers for " +
                                          spec.name + ", but got " +
                                          std::to_string(numbers.size()) + ".");
  return numbers;
}

}  // namespace querl
