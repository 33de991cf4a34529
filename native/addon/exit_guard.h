// Ends native threads before the process does.
//
// process.exit() and an uncaught exception run no environment clean-up on the main thread: they go
// straight to C++ static destructors, LibTorch's among them, while our threads still compute. An
// atexit handler that is registered after LibTorch was loaded runs before those destructors.
// A worker, and an event loop that ran dry, do run the environment's clean-up hooks, and after them
// the thread-safe functions are gone: threads must have ended by then, too.
#pragma once

#include <functional>

#include "addon/napi_setup.h"

namespace querl {

class ExitGuard {
 public:
  // `close` ends the threads and may be called once or more, from the environment's thread or at
  // exit.
  ExitGuard(Napi::Env env, std::function<void()> close);
  ~ExitGuard();

  ExitGuard(const ExitGuard&) = delete;
  ExitGuard& operator=(const ExitGuard&) = delete;

 private:
  static void on_environment_exit(void* guard);

  napi_env env_;
  std::function<void()> close_;
  bool hooked_ = true;
  friend class OpenGuards;
};

}  // namespace querl
