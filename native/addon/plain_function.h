// Functions that are called once for each operator: straight on Node-API, since the wrapper's own
// bookkeeping takes as long as their work.
#pragma once

#include <array>

#include "addon/failure.h"
#include "addon/napi_setup.h"

namespace querl {

// What a call was given; undefined where it was given less.
using PlainArguments = std::array<napi_value, 4>;

// As guarded<f>().
template <napi_value (*f)(napi_env env, const PlainArguments& arguments)>
napi_value plain(napi_env env, napi_callback_info info) {
  try {
    PlainArguments arguments{};
    size_t count = arguments.size();
    if (napi_get_cb_info(env, info, &count, arguments.data(), nullptr, nullptr) != napi_ok)
      throw Napi::Error::New(env);
    return f(env, arguments);
  } catch (const Napi::Error& error) {
    error.ThrowAsJavaScriptException();
  } catch (...) {
    Failure::current().to_js(env).ThrowAsJavaScriptException();
  }
  return nullptr;
}

template <napi_value (*f)(napi_env env, const PlainArguments& arguments)>
void define_plain(Napi::Object exports, const char* name) {
  napi_value function = nullptr;
  if (napi_create_function(exports.Env(), name, NAPI_AUTO_LENGTH, plain<f>, nullptr, &function) !=
      napi_ok)
    throw Napi::Error::New(exports.Env());
  exports.Set(name, Napi::Value(exports.Env(), function));
}

}  // namespace querl
