#include "addon/arguments.h"

#include <algorithm>

#include "lm/errors.h"

namespace querl {
namespace {

[[noreturn]] void refuse(const char* name, const char* expected) {
  throw Error("ERR_QUERL_ARGUMENT", std::string("Expected ") + name + " to be " + expected + ".");
}

template <typename T>
std::span<const T> view(const Napi::Value& value, const char* name, napi_typedarray_type wanted,
                        const char* expected) {
  if (!value.IsTypedArray()) refuse(name, expected);
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) !=
          napi_ok ||
      type != wanted) {
    refuse(name, expected);
  }
  // A detached or an empty array has no data.
  return data == nullptr ? std::span<const T>() : std::span(static_cast<const T*>(data), length);
}

}  // namespace

std::span<const float> float_array(const Napi::Value& value, const char* name) {
  return view<float>(value, name, napi_float32_array, "a Float32Array");
}

std::span<const int32_t> int_array(const Napi::Value& value, const char* name) {
  return view<int32_t>(value, name, napi_int32_array, "an Int32Array");
}

std::span<const double> double_array(const Napi::Value& value, const char* name) {
  return view<double>(value, name, napi_float64_array, "a Float64Array");
}

std::span<const uint8_t> byte_array(const Napi::Value& value, const char* name) {
  return view<uint8_t>(value, name, napi_uint8_array, "a Uint8Array");
}

std::span<const uint32_t> uint_array(const Napi::Value& value, const char* name) {
  return view<uint32_t>(value, name, napi_uint32_array, "a Uint32Array");
}

double number(const Napi::Value& value, const char* name) {
  double result = 0;
  if (napi_get_value_double(value.Env(), value, &result) != napi_ok) refuse(name, "a number");
  return result;
}

int64_t integer(const Napi::Value& value, const char* name) {
  int64_t result = 0;
  if (napi_get_value_int64(value.Env(), value, &result) != napi_ok) refuse(name, "an integer");
  return result;
}

std::string text(const Napi::Value& value, const char* name) {
  if (!value.IsString()) refuse(name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

double number_field(const Napi::Object& object, const char* name) {
  return number(object.Get(name), name);
}

int64_t integer_field(const Napi::Object& object, const char* name) {
  return integer(object.Get(name), name);
}

bool boolean_field(const Napi::Object& object, const char* name) {
  return object.Get(name).ToBoolean();
}

Napi::Float32Array to_js(Napi::Env env, std::span<const float> values) {
  Napi::Float32Array array = Napi::Float32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

Napi::Int32Array to_js(Napi::Env env, std::span<const int32_t> values) {
  Napi::Int32Array array = Napi::Int32Array::New(env, values.size());
  std::copy(values.begin(), values.end(), array.Data());
  return array;
}

}  // namespace querl
