// Reads arguments of native functions. TypeScript has checked what users gave; these checks keep a
// mistake of ours from becoming a crash.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "addon/napi_setup.h"

namespace querl {

// A view of a typed array: valid until JavaScript runs again. Throws ERR_QUERL_ARGUMENT for
// anything else than that kind of array.
std::span<const float> float_array(const Napi::Value& value, const char* name);
std::span<const int32_t> int_array(const Napi::Value& value, const char* name);
std::span<const double> double_array(const Napi::Value& value, const char* name);
std::span<const uint8_t> byte_array(const Napi::Value& value, const char* name);
std::span<const uint32_t> uint_array(const Napi::Value& value, const char* name);

template <typename T>
std::vector<T> copied(std::span<const T> view) {
  return {view.begin(), view.end()};
}

double number(const Napi::Value& value, const char* name);
int64_t integer(const Napi::Value& value, const char* name);
std::string text(const Napi::Value& value, const char* name);

// A named field of an options object.
double number_field(const Napi::Object& object, const char* name);
int64_t integer_field(const Napi::Object& object, const char* name);
bool boolean_field(const Napi::Object& object, const char* name);

// A copy for JavaScript.
Napi::Float32Array to_js(Napi::Env env, std::span<const float> values);
Napi::Int32Array to_js(Napi::Env env, std::span<const int32_t> values);

}  // namespace querl
