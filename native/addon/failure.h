// What went wrong in native code, as JavaScript will see it. No C++ exception crosses Node-API.
#pragma once

#include <exception>
#include <string>

#include "addon/napi_setup.h"

namespace querl {

// An error that can travel from one thread to another.
struct Failure {
  std::string code;     // one of @querl/base's ErrorCode
  std::string message;  // one or a few sentences
  std::string detail;   // LibTorch's C++ stack, if there is one

  // Of the exception that is being handled.
  static Failure current();

  // An Error with `code`, and `detail` where there is one.
  Napi::Error to_js(Napi::Env env) const;
};

// Makes a function for JavaScript out of `f`, whose C++ exceptions become typed errors.
template <Napi::Value (*f)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info) {
  try {
    return f(info);
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw Failure::current().to_js(info.Env());
  }
}

template <Napi::Value (*f)(const Napi::CallbackInfo&)>
void define(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<guarded<f>>(exports.Env(), name));
}

}  // namespace querl
