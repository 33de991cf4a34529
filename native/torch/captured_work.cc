#include "torch/captured_work.h"

#if !defined(QUERL_CUDA)

namespace querl {

std::unique_ptr<CapturedWork> CapturedWork::capture(const std::function<void()>&,
                                                    std::string& reason) {
  reason = "this build has no CUDA";
  return nullptr;
}

}  // namespace querl

#endif
