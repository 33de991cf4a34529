// JavaScript objects that native memory stands on, such as the ArrayBuffer under a tensor.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "addon/napi_setup.h"

namespace querl {

class KeptObjects {
 public:
  explicit KeptObjects(napi_env env) : env_(env) {}
  ~KeptObjects();

  KeptObjects(const KeptObjects&) = delete;
  KeptObjects& operator=(const KeptObjects&) = delete;

  // Keeps `object` from being collected until the result is called: once, on any thread, and also
  // when the environment is gone.
  std::function<void()> keep(napi_value object) { return keep_reachable(object).let_go; }

  // The same, and what the JavaScript thread finds the object by until then.
  struct Reachable {
    napi_ref reference;
    std::function<void()> let_go;
  };
  Reachable keep_reachable(napi_value object);

  // Lets go of what was given back; JavaScript thread only. Cheap when there is nothing.
  void drop_returned();

 private:
  struct Returned {
    std::mutex mutex;
    std::vector<napi_ref> references;
    std::atomic<bool> any = false;
    bool closed = false;
  };

  napi_env env_;
  std::shared_ptr<Returned> returned_ = std::make_shared<Returned>();
};

}  // namespace querl
