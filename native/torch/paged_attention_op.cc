// querl::store_kv_ and querl::paged_attention: what decoding does with the projections of its rows.
#include <torch/library.h>

#include "torch/paged_arguments.h"
#include "torch/threads.h"

namespace querl {
namespace {

void store_kv_cpu(const at::Tensor& qkv, const at::Tensor& kv, const at::Tensor& table,
                  const at::Tensor& sessions, const at::Tensor& positions, const at::Tensor& cos,
                  const at::Tensor& sin, const std::optional<at::Tensor>& q_norm,
                  const std::optional<at::Tensor>& k_norm, double epsilon) {
  LibtorchThreads threads;
  store_kv(store_kv_job({qkv, kv, table, sessions, positions, cos, sin, q_norm, k_norm, epsilon}),
           threads);
}

void paged_attention_cpu(const at::Tensor& q, const at::Tensor& kv, const at::Tensor& table,
                         const at::Tensor& sessions, const at::Tensor& lengths, double scale,
                         int64_t window, int64_t max_length, const at::Tensor& out) {
  LibtorchThreads threads;
  paged_attention(
      paged_attention_job({q, kv, table, sessions, lengths, scale, window, max_length, out}),
      threads);
}

TORCH_LIBRARY_FRAGMENT(querl, m) {
  // On one device and of one type: float32, bfloat16 or float16. kv (pages, 2, kv_heads,
  // 32 head_dim) of one layer, as kernels/paged_attention.h lays it out; table (sessions, pages)
  // int32, the pages of each session in order; sessions, positions (n) int32, -1 a row to leave
  // alone. Queries and keys in qkv (n, (heads + 2 kv_heads) head_dim) are normed (if gains are
  // given) and rotated in place; keys and values go to their pages.
  m.def(
      "store_kv_(Tensor(a!) qkv, Tensor(b!) kv, Tensor table, Tensor sessions, Tensor positions, "
      "Tensor cos, Tensor sin, Tensor? q_norm, Tensor? k_norm, float epsilon) -> ()");
  // q (n, heads head_dim); lengths (n) int32, at most max_length; window 0: all -> out (n, heads
  // head_dim), contiguous.
  m.def(
      "paged_attention(Tensor q, Tensor kv, Tensor table, Tensor sessions, Tensor lengths, "
      "float scale, int window, int max_length, Tensor(a!) out) -> ()");
}

TORCH_LIBRARY_IMPL(querl, CPU, m) {
  m.impl("store_kv_", &store_kv_cpu);
  m.impl("paged_attention", &paged_attention_cpu);
}

}  // namespace
}  // namespace querl
