#include "kernels/cuda/paged_attention.cuh"

#include <algorithm>

#include "kernels/cuda/paged_attention_mma.cuh"
#include "kernels/cuda/paged_attention_plain.cuh"

namespace querl {
namespace {

// Brings the parts of a row together: one block for each row and head.
template <class Element>
__global__ void __launch_bounds__(kPagedThreads) joined_parts(PagedAttention job, PartPlan plan) {
  const int64_t row_head = blockIdx.x;
  const int length = job.lengths[row_head / job.heads];
  int first_page, first_token;
  const int used = row_parts(length, job.window, first_page, first_token);
  const PartSum* sums = plan.sums + row_head * plan.parts;
  PartSum total{-INFINITY, 0.f};
  for (int part = 0; part < used; ++part) total.max = fmaxf(total.max, sums[part].max);
  for (int part = 0; part < used; ++part)
    total.sum += sums[part].sum * exp2f(sums[part].max - total.max);
  const int64_t head_dim = job.kv.head_dim;
  const float* unscaled = plan.unscaled + row_head * plan.parts * head_dim;
  for (int64_t i = threadIdx.x; i < head_dim; i += kPagedThreads) {
    float sum = 0.f;
    for (int part = 0; part < used; ++part)
      sum = fmaf(exp2f(sums[part].max - total.max), unscaled[part * head_dim + i], sum);
    narrow(used > 0 ? sum / total.sum : 0.f,
           static_cast<Element*>(job.out)[row_head * head_dim + i]);
  }
}

template <class Element, int kHeadDim>
void launch_mma(const PagedAttention& job, const PartPlan& plan, cudaStream_t stream) {
  const int64_t groups = (job.heads / job.kv.kv_heads + kMmaHeads - 1) / kMmaHeads;
  const auto blocks = static_cast<unsigned>(job.rows * groups * job.kv.kv_heads * plan.parts);
  const auto kernel = paged_mma<Element, kHeadDim>;
  kernel<<<blocks, kPagedThreads, 0, stream>>>(job, plan, static_cast<int>(groups));
}

template <class Element>
void launch_plain(const PagedAttention& job, const PartPlan& plan, cudaStream_t stream) {
  const auto blocks = static_cast<unsigned>(job.rows * job.heads * plan.parts);
  paged_plain<Element><<<blocks, kPagedThreads, 0, stream>>>(job, plan);
}

template <class Element>
void launch_halves(const PagedAttention& job, const PartPlan& plan, cudaStream_t stream) {
  const bool is_aligned = reinterpret_cast<uintptr_t>(job.q) % 16 == 0 &&
                          reinterpret_cast<uintptr_t>(job.kv.data) % 16 == 0 &&
                          job.q_stride % 8 == 0 && job.kv.page_stride % 8 == 0;
  switch (is_aligned ? job.kv.head_dim : 0) {
    case 32:
      return launch_mma<Element, 32>(job, plan, stream);
    case 64:
      return launch_mma<Element, 64>(job, plan, stream);
    case 96:
      return launch_mma<Element, 96>(job, plan, stream);
    case 128:
      return launch_mma<Element, 128>(job, plan, stream);
    case 256:
      return launch_mma<Element, 256>(job, plan, stream);
    default:
      return launch_plain<Element>(job, plan, stream);
  }
}

template <class Element>
void launch_join(const PagedAttention& job, const PartPlan& plan, cudaStream_t stream) {
  const auto blocks = static_cast<unsigned>(job.rows * job.heads);
  joined_parts<Element><<<blocks, kPagedThreads, 0, stream>>>(job, plan);
}

size_t unscaled_bytes(const PagedAttention& job, int64_t parts) {
  return static_cast<size_t>(job.rows * job.heads * parts * job.kv.head_dim) * sizeof(float);
}

}  // namespace

int64_t paged_attention_parts(int64_t max_length, int64_t window) {
  // A window may begin in the middle of a page.
  const bool cuts = window > 0 && window < max_length;
  const int64_t pages = cuts ? (window + kPageLanes - 1) / kPageLanes + 1
                             : (max_length + kPageLanes - 1) / kPageLanes;
  return std::max<int64_t>(1, (pages + kPartPages - 1) / kPartPages);
}

size_t paged_attention_workspace_bytes(const PagedAttention& job) {
  const int64_t parts = paged_attention_parts(job.max_length, job.window);
  if (parts == 1) return 0;
  return unscaled_bytes(job, parts) +
         static_cast<size_t>(job.rows * job.heads * parts) * sizeof(PartSum);
}

cudaError_t paged_attention_cuda(const PagedAttention& job, void* workspace, cudaStream_t stream) {
  if (job.rows == 0) return cudaSuccess;
  PartPlan plan{paged_attention_parts(job.max_length, job.window), nullptr, nullptr};
  if (plan.parts > 1) {
    plan.unscaled = static_cast<float*>(workspace);
    plan.sums =
        reinterpret_cast<PartSum*>(static_cast<char*>(workspace) + unscaled_bytes(job, plan.parts));
  }
  switch (job.kv.type) {
    case FloatType::kFloat32:
      launch_plain<float>(job, plan, stream);
      if (plan.parts > 1) launch_join<float>(job, plan, stream);
      break;
    case FloatType::kBfloat16:
      launch_halves<Bfloat16>(job, plan, stream);
      if (plan.parts > 1) launch_join<Bfloat16>(job, plan, stream);
      break;
    case FloatType::kFloat16:
      launch_halves<Float16>(job, plan, stream);
      if (plan.parts > 1) launch_join<Float16>(job, plan, stream);
      break;
  }
  return cudaGetLastError();
}

}  // namespace querl
