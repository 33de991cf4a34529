#include "addon/exit_guard.h"

#include <cstdlib>
#include <mutex>
#include <set>
#include <utility>

namespace querl {

class OpenGuards {
 public:
  static OpenGuards& get() {
    static auto* const guards = new OpenGuards;  // never destroyed: it is used while others are
    return *guards;
  }

  void add(ExitGuard* guard) {
    const std::lock_guard lock(mutex_);
    guards_.insert(guard);
  }

  void remove(ExitGuard* guard) {
    const std::lock_guard lock(mutex_);
    guards_.erase(guard);
  }

 private:
  OpenGuards() {
    std::atexit([] {
      OpenGuards& open = get();
      const std::lock_guard lock(open.mutex_);
      for (ExitGuard* guard : open.guards_) guard->close_();
    });
  }

  std::mutex mutex_;
  std::set<ExitGuard*> guards_;
};

ExitGuard::ExitGuard(Napi::Env env, std::function<void()> close)
    : env_(env), close_(std::move(close)) {
  OpenGuards::get().add(this);
  napi_add_env_cleanup_hook(env_, on_environment_exit, this);
}

ExitGuard::~ExitGuard() {
  OpenGuards::get().remove(this);
  if (hooked_) napi_remove_env_cleanup_hook(env_, on_environment_exit, this);
}

void ExitGuard::on_environment_exit(void* data) {
  auto* guard = static_cast<ExitGuard*>(data);
  guard->hooked_ = false;
  guard->close_();
}

}  // namespace querl
