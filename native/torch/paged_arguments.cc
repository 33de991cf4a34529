#include "torch/paged_arguments.h"

#include "torch/packed_batch.h"
#include "torch/row_arguments.h"

namespace querl {
namespace {

constexpr int64_t kMostHeadDim = 256;

PagedKv kv_view(const at::Tensor& kv, const at::Tensor& table) {
  if (kv.dim() != 4 || kv.size(1) != 2 || kv.size(3) % kPagedTokens != 0)
    refuse("kv", "of shape (pages, 2, kv_heads, 32 head_dim)", shown(kv.sizes()));
  if (kv.size(0) > 0 && !kv.select(0, 0).is_contiguous())
    refuse("kv", "contiguous within each page", "a view that is not");
  const int64_t head_dim = kv.size(3) / kPagedTokens;
  if (head_dim % 2 != 0 || head_dim > kMostHeadDim)
    refuse("kv", "of an even head_dim of at most " + std::to_string(kMostHeadDim),
           std::to_string(head_dim));
  if (table.dim() != 2) refuse("table", "of shape (sessions, pages)", shown(table.sizes()));
  check_plain(table, "table", at::kInt, table.sizes(), kv);
  return {
      kv.mutable_data_ptr(),           kv.stride(0), storage_type(kv, "kv"), kv.size(2), head_dim,
      table.const_data_ptr<int32_t>(), table.size(1)};
}

void check_rows(const at::Tensor& rows, const char* name, const at::Tensor& kv) {
  if (rows.dim() != 2 || (rows.size(1) > 1 && rows.stride(1) != 1))
    refuse(name, "(n, d) with contiguous rows", shown(rows.sizes()));
  if (rows.scalar_type() != kv.scalar_type())
    refuse(name, at::toString(kv.scalar_type()), at::toString(rows.scalar_type()));
  if (rows.device() != kv.device()) refuse(name, "on " + kv.device().str(), rows.device().str());
}

}  // namespace

StoreKv store_kv_job(const StoreKvTensors& tensors) {
  const at::Tensor& qkv = tensors.qkv;
  StoreKv job;
  job.kv = kv_view(tensors.kv, tensors.table);
  check_rows(qkv, "qkv", tensors.kv);
  job.heads = qkv.size(1) / job.kv.head_dim - 2 * job.kv.kv_heads;
  if (qkv.size(1) % job.kv.head_dim != 0 || job.heads < 1)
    refuse("qkv", "of (heads + 2 kv_heads) head_dim columns", shown(qkv.sizes()));
  const int64_t rows = qkv.size(0), known = tensors.cos.size(0), half = job.kv.head_dim / 2;
  check_plain(tensors.sessions, "sessions", at::kInt, {rows}, qkv);
  check_plain(tensors.positions, "positions", at::kInt, {rows}, qkv);
  check_plain(tensors.cos, "cos", at::kFloat, {known, half}, qkv);
  check_plain(tensors.sin, "sin", at::kFloat, {known, half}, qkv);
  const auto gain = [&](const std::optional<at::Tensor>& norm, const char* name) -> const void* {
    if (!norm) return nullptr;
    check_plain(*norm, name, qkv.scalar_type(), {job.kv.head_dim}, qkv);
    return norm->const_data_ptr();
  };
  job.qkv = qkv.mutable_data_ptr();
  job.qkv_stride = qkv.stride(0);
  job.rows = rows;
  job.sessions = tensors.sessions.const_data_ptr<int32_t>();
  job.positions = tensors.positions.const_data_ptr<int32_t>();
  job.cos = tensors.cos.const_data_ptr<float>();
  job.sin = tensors.sin.const_data_ptr<float>();
  job.q_norm = gain(tensors.q_norm, "q_norm");
  job.k_norm = gain(tensors.k_norm, "k_norm");
  job.epsilon = static_cast<float>(tensors.epsilon);
  return job;
}

PagedAttention paged_attention_job(const PagedAttentionTensors& tensors) {
  const at::Tensor& q = tensors.q;
  PagedAttention job;
  job.kv = kv_view(tensors.kv, tensors.table);
  check_rows(q, "q", tensors.kv);
  job.heads = q.size(1) / job.kv.head_dim;
  if (q.size(1) % job.kv.head_dim != 0 || job.heads == 0 || job.heads % job.kv.kv_heads != 0)
    refuse("q",
           "of heads * head_dim columns, heads a multiple of " + std::to_string(job.kv.kv_heads),
           shown(q.sizes()));
  check_plain(tensors.sessions, "sessions", at::kInt, {q.size(0)}, q);
  check_plain(tensors.lengths, "lengths", at::kInt, {q.size(0)}, q);
  check_plain(tensors.out, "out", q.scalar_type(), q.sizes(), q);
  if (tensors.window < 0) refuse("window", "0 or more", std::to_string(tensors.window));
  if (tensors.max_length < 0 || tensors.max_length > job.kv.table_stride * kPagedTokens)
    refuse("max_length", "what the table has pages for", std::to_string(tensors.max_length));
  job.q = q.const_data_ptr();
  job.q_stride = q.stride(0);
  job.rows = q.size(0);
  job.sessions = tensors.sessions.const_data_ptr<int32_t>();
  job.lengths = tensors.lengths.const_data_ptr<int32_t>();
  job.max_length = tensors.max_length;
  job.window = tensors.window;
  job.scale = static_cast<float>(tensors.scale);
  job.out = tensors.out.mutable_data_ptr();
  return job;
}

}  // namespace querl
