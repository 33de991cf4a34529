// querl::store_kv_ and querl::paged_attention on CUDA memory.
#include <torch/library.h>

#include "kernels/cuda/paged_attention.cuh"
#include "torch/cuda/launch.h"
#include "torch/paged_arguments.h"

namespace querl {
namespace {

void store_kv_on_cuda(const at::Tensor& qkv, const at::Tensor& kv, const at::Tensor& table,
                      const at::Tensor& sessions, const at::Tensor& positions,
                      const at::Tensor& cos, const at::Tensor& sin,
                      const std::optional<at::Tensor>& q_norm,
                      const std::optional<at::Tensor>& k_norm, double epsilon) {
  const StoreKv job =
      store_kv_job({qkv, kv, table, sessions, positions, cos, sin, q_norm, k_norm, epsilon});
  const CudaLaunch launch(qkv);
  CudaLaunch::check(store_kv_cuda(job, launch.stream()), "store_kv_");
}

void paged_attention_on_cuda(const at::Tensor& q, const at::Tensor& kv, const at::Tensor& table,
                             const at::Tensor& sessions, const at::Tensor& lengths, double scale,
                             int64_t window, int64_t max_length, const at::Tensor& out) {
  const PagedAttention job =
      paged_attention_job({q, kv, table, sessions, lengths, scale, window, max_length, out});
  const CudaLaunch launch(q);
  const at::Tensor workspace = launch.scratch(paged_attention_workspace_bytes(job));
  CudaLaunch::check(paged_attention_cuda(job, workspace.mutable_data_ptr(), launch.stream()),
                    "paged_attention");
}

TORCH_LIBRARY_IMPL(querl, CUDA, m) {
  m.impl("store_kv_", &store_kv_on_cuda);
  m.impl("paged_attention", &paged_attention_on_cuda);
}

}  // namespace
}  // namespace querl
