#include "addon/failure.h"

#if !defined(QUERL_WITHOUT_TORCH)
#include <c10/util/Exception.h>
#endif

#include <new>

#include "lm/errors.h"

namespace querl {
namespace {

#if !defined(QUERL_WITHOUT_TORCH)
Failure of_libtorch(const c10::Error& error) {
  const std::string all = error.what_without_backtrace();
  std::string first = all.substr(0, all.find('\n'));
  // What follows lists possible reasons, and then sixty backends.
  const size_t reasons = first.find(" This could be because");
  if (reasons != std::string::npos) first.resize(reasons);
  // The CPU allocator has no exception type of its own.
  const bool memory = all.find("DefaultCPUAllocator") != std::string::npos;
  return {memory ? "ERR_QUERL_OUT_OF_MEMORY" : "ERR_QUERL_NATIVE", first, error.what()};
}
#endif

}  // namespace

Failure Failure::current() {
  try {
    throw;
  } catch (const Error& error) {
    return {error.code(), error.what(), {}};
#if !defined(QUERL_WITHOUT_TORCH)
  } catch (const c10::Error& error) {
    return of_libtorch(error);
#endif
  } catch (const std::bad_alloc&) {
    return {"ERR_QUERL_OUT_OF_MEMORY", "The machine has not enough memory for this.", {}};
  } catch (const std::exception& error) {
    return {"ERR_QUERL_NATIVE", error.what(), {}};
  } catch (...) {
    return {"ERR_QUERL_NATIVE", "Native code threw something that is not a std::exception.", {}};
  }
}

Napi::Error Failure::to_js(Napi::Env env) const {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  if (!detail.empty()) error.Set("detail", Napi::String::New(env, detail));
  return error;
}

}  // namespace querl
