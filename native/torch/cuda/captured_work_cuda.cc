// LibTorch's own graph, which gives what is allocated during the capture a pool that lives as long.
// Workspaces of cuBLAS were allocated by the work's first run on the same stream, and stay.
#include <ATen/cuda/CUDAGraph.h>

#include <exception>

#include "torch/captured_work.h"

namespace querl {
namespace {

class CudaWork final : public CapturedWork {
 public:
  explicit CudaWork(const std::function<void()>& work) {
    // Other threads train meanwhile: what they allocate and launch is no part of this.
    graph_.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
    try {
      work();
    } catch (...) {
      // The stream must leave its capture; what that says about it is not news.
      try {
        graph_.capture_end();
      } catch (const std::exception&) {
      }
      throw;
    }
    graph_.capture_end();
  }

  void replay() override { graph_.replay(); }

 private:
  at::cuda::CUDAGraph graph_;
};

}  // namespace

std::unique_ptr<CapturedWork> CapturedWork::capture(const std::function<void()>& work,
                                                    std::string& reason) {
  try {
    return std::make_unique<CudaWork>(work);
  } catch (const std::exception& error) {
    reason = error.what();
    cudaGetLastError();  // a sticky error would be the next launch's
    return nullptr;
  }
}

}  // namespace querl
