#include "torch/varlen_attention_call.h"

#include <algorithm>
#include <string>

#include "torch/packed_batch.h"
#include "torch/row_arguments.h"

namespace querl {
namespace {

void check_rows(const at::Tensor& tensor, const char* name, const at::Tensor& like) {
  if (tensor.scalar_type() != like.scalar_type())
    refuse(name, at::toString(like.scalar_type()), at::toString(tensor.scalar_type()));
  if (tensor.sizes() != like.sizes())
    refuse(name, "of shape " + shown(like.sizes()), shown(tensor.sizes()));
  if (tensor.size(1) > 1 && tensor.stride(1) != 1)
    refuse(name, "contiguous along its last axis",
           "a stride of " + std::to_string(tensor.stride(1)));
  if (tensor.device() != like.device())
    refuse(name, "on " + like.device().str(), tensor.device().str());
}

// How many heads the rows of `tensor` have.
int64_t heads_of(const at::Tensor& tensor, const char* name, int64_t head_dim) {
  if (tensor.dim() != 2 || tensor.size(1) == 0 || tensor.size(1) % head_dim != 0)
    refuse(name, "of shape (n, heads * " + std::to_string(head_dim) + ")", shown(tensor.sizes()));
  return tensor.size(1) / head_dim;
}

void check_offsets(const at::Tensor& offsets, const char* name, int64_t sequences, int64_t rows) {
  if (offsets.numel() != sequences + 1)
    refuse(name, "of shape (" + std::to_string(sequences + 1) + "), as query_offsets",
           shown(offsets.sizes()));
  const int64_t end = offsets.const_data_ptr<int64_t>()[sequences];
  if (end != rows)
    refuse(name, "the number of rows, " + std::to_string(rows) + ", at last", std::to_string(end));
}

}  // namespace

VarlenCall::VarlenCall(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                       const at::Tensor& of_queries, const at::Tensor& of_keys, int64_t head_dim,
                       int64_t window, double scale)
    : q(queries),
      k(keys),
      v(values),
      query_offsets(checked_offsets(of_queries)),
      key_offsets(checked_offsets(of_keys)),
      type(storage_type(q, "q")) {
  if (head_dim < 1) refuse("head_dim", "at least 1", std::to_string(head_dim));
  if (window < 0) refuse("window", "at least 0", std::to_string(window));
  const int64_t heads = heads_of(q, "q", head_dim), kv_heads = heads_of(k, "k", head_dim);
  if (heads % kv_heads != 0)
    refuse("q", "of a multiple of k's " + std::to_string(kv_heads) + " heads",
           std::to_string(heads));
  check_rows(q, "q", q);
  if (k.scalar_type() != q.scalar_type() || k.device() != q.device())
    refuse("k", std::string(at::toString(q.scalar_type())) + " on " + q.device().str() + ", as q",
           std::string(at::toString(k.scalar_type())) + " on " + k.device().str());
  check_rows(k, "k", k);
  check_rows(v, "v", k);
  const int64_t sequences = query_offsets.numel() - 1;
  check_offsets(query_offsets, "query_offsets", sequences, q.size(0));
  check_offsets(key_offsets, "key_offsets", sequences, k.size(0));
  shape = {sequences,
           query_offsets.const_data_ptr<int64_t>(),
           key_offsets.const_data_ptr<int64_t>(),
           heads,
           kv_heads,
           head_dim,
           window,
           static_cast<float>(scale)};
  for (int64_t i = 0; i < sequences; ++i) {
    const int64_t rows = shape.query_offsets[i + 1] - shape.query_offsets[i];
    const int64_t seen = shape.key_offsets[i + 1] - shape.key_offsets[i];
    if (seen < rows)
      refuse("key_offsets",
             "so that sequence " + std::to_string(i) + " has a key for each of its " +
                 std::to_string(rows) + " queries",
             std::to_string(seen));
  }
}

VarlenRows VarlenCall::query_rows(const at::Tensor& tensor, const char* name) const {
  check_rows(tensor, name, q);
  return {tensor.const_data_ptr(), tensor.stride(0)};
}

VarlenRows VarlenCall::key_rows(const at::Tensor& tensor, const char* name) const {
  check_rows(tensor, name, k);
  return {tensor.const_data_ptr(), tensor.stride(0)};
}

VarlenOutput VarlenCall::query_output(const at::Tensor& tensor, const char* name) const {
  check_rows(tensor, name, q);
  return {tensor.mutable_data_ptr(), tensor.stride(0)};
}

VarlenOutput VarlenCall::key_output(const at::Tensor& tensor, const char* name) const {
  check_rows(tensor, name, k);
  return {tensor.mutable_data_ptr(), tensor.stride(0)};
}

void VarlenCall::check_log_sums(const at::Tensor& log_sums) const {
  check_plain(log_sums, "log_sums", at::kFloat, {shape.heads, query_count()}, q);
}

int64_t VarlenCall::longest(const at::Tensor& offsets) const {
  const int64_t* begins = offsets.const_data_ptr<int64_t>();
  int64_t most = 0;
  for (int64_t i = 0; i < shape.sequences; ++i) most = std::max(most, begins[i + 1] - begins[i]);
  return most;
}

}  // namespace querl
