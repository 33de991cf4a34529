// LibTorch's own threads for our kernels: a second pool beside it would fight for the cores, since
// idle OpenMP threads spin for a while.
#pragma once

#include "kernels/parallel.h"

namespace querl {

class LibtorchThreads final : public Parallel {
 public:
  int threads() const override;
  void run(int64_t tasks, const Work& work) override;
};

}  // namespace querl
